import pytest
import sqlalchemy as sa
from bson import ObjectId

from learnstream.documents import Course
from learnstream.models import Enrollment, SeatStatus
from learnstream.schemas.analytics.publish_preview import PreviewSchema
from learnstream.services.analytics import rollup
from learnstream.services.authoring import lessons, restoring
from learnstream.services.authoring.publishing import Learners
from learnstream.stores.sql import db
from tests.blueprints.analytics.publish_preview.drafts import effect, migration_options, publish, remove
from tests.factories import make_course, make_lesson, make_person, make_ready_video, make_seat
from tests.factories import put_video as put
from tests.learning import complete


def test_an_unchanged_draft_changes_nothing(preview, lea):
    response = preview()

    assert (response.status_code, response.json["version"], response.json["publishable"]) == (200, 2, True)
    assert set(response.json["changes"]["counts"].values()) == {0}
    assert effect(response) == (1, 0, 0, 0)
    assert response.json["affected"] == []


def test_the_preview_lists_the_changes(client, owner, course, preview):
    client.patch(f"/courses/{course.id}", json={"title": "Astrology"}, auth=owner)
    make_lesson(owner, course.id, "Added")
    remove(course.lessons[1])

    shown = preview().json["changes"]

    assert shown == client.get(f"/courses/{course.id}/versions/diff", auth=owner).json
    assert (shown["from"], shown["to"], shown["course"][0]["after"]) == (1, "draft", "Astrology")
    assert [(each["title"], each["change"]) for each in shown["lessons"]] == [("Added", "added"), ("Two", "removed")]


def test_the_preview_changes_nothing(preview, owner, course, lea):
    make_lesson(owner, course.id, "Added")
    before = Course.collection().find_one()
    preview()

    assert Course.collection().find_one() == before
    assert db.session.scalar(sa.select(Enrollment.course_version)) == 1


def test_an_added_lesson_lowers_percentages(preview, owner, course, lea):
    make_lesson(owner, course.id, "Added")

    response = preview()

    assert effect(response) == (1, 0, 1, 0)
    [learner] = response.json["affected"]
    assert (learner["user_id"], learner["name"], learner["version"]) == (lea.id, "Lea", 1)
    assert learner["photo"] is None
    assert learner["before"] == {"fraction": 0.5, "completed": False, "completed_lessons": 1, "lesson_count": 3}
    assert learner["after"] == {"fraction": 0.375, "completed": False, "completed_lessons": 1, "lesson_count": 4}


def test_a_removed_lesson_may_raise_them_and_complete_the_course(preview, course, lea):
    other = make_person(name="Olga")
    make_seat(other, course)
    complete(other, course, course.lessons[0], course.lessons[2])
    remove(course.lessons[1])

    response = preview()

    assert effect(response) == (2, 2, 0, 1)
    assert migration_options(response) == {lea.id: (0.5, 0.75), other.id: (0.6667, 1.0)}
    assert [each["after"]["completed"] for each in response.json["affected"]] == [False, True]


def test_a_replaced_video_resets_progress_unless_the_lesson_is_completed(preview, course, lea):
    done = make_person(name="Dora")
    make_seat(done, course)
    complete(done, course, course.lessons[2], watched=0.9)
    put(course.lessons[2], make_ready_video())

    assert migration_options(preview()) == {lea.id: (0.5, 0.3333)}


def test_a_video_watched_in_an_earlier_version_counts_when_it_returns(preview, owner, course, lea):
    put(course.lessons[2], make_ready_video())
    publish(course, owner)
    restoring.restore(course_id=course.id, number=1, restored_by=owner.id)
    db.session.commit()

    assert migration_options(preview()) == {lea.id: (0.3333, 0.5)}


def test_learners_who_completed_the_course_are_not_affected(preview, owner, course, lea):
    complete(lea, course, *course.lessons)
    preview()
    make_lesson(owner, course.id, "Added")
    remove(course.lessons[0])

    response = preview()

    assert response.json["seats"] == {"live": 1, "completed": 1, "by_version": [{"version": 1, "seats": 1}]}
    assert effect(response) == (1, 0, 0, 0)


def test_learners_who_keep_their_version_are_not_affected(preview, course, lea):
    remove(course.lessons[0])

    response = preview(learners="keep")

    assert effect(response, "keep") == (0, 0, 0, 0)
    assert effect(response, "migrate") == (1, 0, 1, 0)
    assert (response.json["learners"], response.json["affected"]) == ("keep", [])
    assert '"total": 0' in response.headers["X-Pagination"]


def test_learners_are_compared_with_their_own_version(preview, owner, course, lea):
    make_lesson(owner, course.id, "Added")
    publish(course, owner, Learners.KEEP)
    new = make_person(name="Nora")
    make_seat(new, course)
    complete(new, course, course.lessons[0])

    response = preview()

    assert response.json["seats"]["by_version"] == [{"version": 1, "seats": 1}, {"version": 2, "seats": 1}]
    assert effect(response) == (2, 0, 1, 0)
    assert migration_options(response) == {lea.id: (0.5, 0.375)}


def test_ended_enrollments_are_not_counted(preview, owner, course, lea):
    db.session.execute(sa.update(Enrollment).values(status=SeatStatus.WITHDRAWN))
    db.session.commit()
    make_lesson(owner, course.id, "Added")

    response = preview()

    assert (response.json["seats"]["live"], effect(response), response.json["affected"]) == (0, (0, 0, 0, 0), [])


def test_learners_before_their_first_roll_up_are_included(client, owner, course, preview, lea):
    preview()
    make_lesson(owner, course.id, "Added")
    publish(course, owner)
    make_lesson(owner, course.id, "Another")

    response = client.get(f"/courses/{course.id}/publish-preview", auth=owner)

    assert migration_options(response) == {lea.id: (0.375, 0.3)}


def test_the_time_of_the_progress_figures_is_shown(client, owner, course, preview):
    assert client.get(f"/courses/{course.id}/publish-preview", auth=owner).json["as_of"] is None
    assert preview().json["as_of"] == rollup.as_of().isoformat()


def test_the_list_is_paged(preview, owner, course):
    people = [make_person(name="Pat") for _ in range(5)]
    for person in people:
        make_seat(person, course)
        complete(person, course, course.lessons[0])
    make_lesson(owner, course.id, "Added")

    pages = [preview(page=page, page_size=2) for page in (1, 2, 3)]

    assert [each for page in pages for each in migration_options(page)] == [person.id for person in people]
    assert {effect(page) for page in pages} == {(5, 0, 5, 0)}
    assert '"total": 5' in pages[0].headers["X-Pagination"]


def test_the_preview_has_the_warnings_of_publishing(client, owner, course, preview):
    put(course.lessons[2], make_ready_video(status="preparing"))

    warnings = preview().json["warnings"]

    assert warnings == client.post(f"/courses/{course.id}/publish", json={}, auth=owner).json["warnings"]
    assert [each["video_status"] for each in warnings] == ["preparing"]


def test_a_draft_without_lessons_cannot_be_published(client, owner):
    empty = make_course(owner, lessons=(), published=False)

    response = client.get(f"/courses/{empty.id}/publish-preview", auth=owner).json

    assert (response["publishable"], response["version"], response["changes"]["from"]) == (False, 1, None)


def test_the_etag_of_the_preview_publishes_exactly_this_outline(client, owner, course, preview):
    headers = {"If-Match": preview().headers["ETag"]}
    make_lesson(owner, course.id, "Added")

    assert client.post(f"/courses/{course.id}/publish", json={}, auth=owner, headers=headers).status_code == 412
    headers = {"If-Match": preview().headers["ETag"]}
    assert client.post(f"/courses/{course.id}/publish", json={}, auth=owner, headers=headers).status_code == 201


def test_an_interrupted_restoration_is_completed_for_the_preview(owner, course, preview, monkeypatch):
    lessons.update(lesson_id=course.lessons[0].id, changes={"title": "New"})
    finish = restoring.finish
    monkeypatch.setattr(restoring, "finish", lambda course: course if "restoring" in course else finish(course))
    restoring.restore(course_id=course.id, number=1, restored_by=owner.id)
    db.session.commit()
    monkeypatch.undo()

    assert preview().json["changes"]["lessons"] == []


@pytest.mark.parametrize(("field", "value"), [("learners", "drop"), ("page", 0), ("page_size", 101), ("page", "x")])
def test_an_invalid_field_is_named(preview, field, value):
    response = preview(**{field: value})

    assert response.status_code == 422
    assert field in response.json["errors"]["query"]


def test_only_authors_can_preview(preview, client, owner, admin, other_owner, lea, stranger):
    assert preview(admin).status_code == 200
    assert {preview(person).json["code"] for person in (other_owner, lea, stranger)} == {"not_your_course"}
    assert preview(None).status_code == 401
    hidden = make_course(owner, published=False)
    assert client.get(f"/courses/{hidden.id}/publish-preview", auth=stranger).status_code == 404
    assert client.get(f"/courses/{ObjectId()}/publish-preview", auth=owner).status_code == 404


def test_the_response_has_the_documented_shape(preview, owner, course, lea):
    make_lesson(owner, course.id, "Added")
    response = preview().json

    assert PreviewSchema().load(response)
    assert list(response) == list(PreviewSchema().fields)
