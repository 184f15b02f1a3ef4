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
from tests.blueprints.analytics.publish_preview.drafts import effect, publish, remove, ways
from tests.factories import make_course, make_lesson, make_person, make_ready_video, make_seat
from tests.factories import put_video as put
from tests.learning import complete


def test_an_unchanged_draft_changes_nothing(look, lea):
    answer = look()

    assert (answer.status_code, answer.json["version"], answer.json["publishable"]) == (200, 2, True)
    assert set(answer.json["changes"]["counts"].values()) == {0}
    assert effect(answer) == (1, 0, 0, 0)
    assert answer.json["affected"] == []


def test_it_says_what_would_change(client, owner, course, look):
    client.patch(f"/courses/{course.id}", json={"title": "Astrology"}, auth=owner)
    make_lesson(owner, course.id, "Added")
    remove(course.lessons[1])

    shown = look().json["changes"]

    assert shown == client.get(f"/courses/{course.id}/versions/diff", auth=owner).json
    assert (shown["from"], shown["to"], shown["course"][0]["after"]) == (1, "draft", "Astrology")
    assert [(each["title"], each["change"]) for each in shown["lessons"]] == [("Added", "added"), ("Two", "removed")]


def test_nothing_happens(look, owner, course, lea):
    make_lesson(owner, course.id, "Added")
    before = Course.collection().find_one()
    look()

    assert Course.collection().find_one() == before
    assert db.session.scalar(sa.select(Enrollment.course_version)) == 1


def test_an_added_lesson_lowers_percentages(look, owner, course, lea):
    make_lesson(owner, course.id, "Added")

    answer = look()

    assert effect(answer) == (1, 0, 1, 0)
    [learner] = answer.json["affected"]
    assert (learner["user_id"], learner["name"], learner["version"]) == (lea.id, "Lea", 1)
    assert learner["before"] == {"fraction": 0.5, "completed": False, "completed_lessons": 1, "lesson_count": 3}
    assert learner["after"] == {"fraction": 0.375, "completed": False, "completed_lessons": 1, "lesson_count": 4}


def test_a_removed_lesson_may_raise_them_and_complete_the_course(look, course, lea):
    other = make_person(name="Olga")
    make_seat(other, course)
    complete(other, course, course.lessons[0], course.lessons[2])
    remove(course.lessons[1])

    answer = look()

    assert effect(answer) == (2, 2, 0, 1)
    assert ways(answer) == {lea.id: (0.5, 0.75), other.id: (0.6667, 1.0)}
    assert [each["after"]["completed"] for each in answer.json["affected"]] == [False, True]


def test_a_replaced_video_is_watched_anew_unless_the_lesson_is_completed(look, course, lea):
    done = make_person(name="Dora")
    make_seat(done, course)
    complete(done, course, course.lessons[2], watched=0.9)
    put(course.lessons[2], make_ready_video())

    assert ways(look()) == {lea.id: (0.5, 0.3333)}


def test_a_video_that_was_watched_in_an_earlier_version_counts_when_it_comes_back(look, owner, course, lea):
    put(course.lessons[2], make_ready_video())
    publish(course, owner)
    restoring.restore(course_id=course.id, number=1, restored_by=owner.id)
    db.session.commit()

    assert ways(look()) == {lea.id: (0.3333, 0.5)}


def test_who_has_completed_the_course_is_not_affected(look, owner, course, lea):
    complete(lea, course, *course.lessons)
    look()
    make_lesson(owner, course.id, "Added")
    remove(course.lessons[0])

    answer = look()

    assert answer.json["seats"] == {"live": 1, "completed": 1, "by_version": [{"version": 1, "seats": 1}]}
    assert effect(answer) == (1, 0, 0, 0)


def test_who_keeps_their_version_stands_where_they_stood(look, course, lea):
    remove(course.lessons[0])

    answer = look(learners="keep")

    assert effect(answer, "keep") == (0, 0, 0, 0)
    assert effect(answer, "migrate") == (1, 0, 1, 0)
    assert (answer.json["learners"], answer.json["affected"]) == ("keep", [])
    assert '"total": 0' in answer.headers["X-Pagination"]


def test_each_is_measured_by_the_version_they_kept(look, owner, course, lea):
    make_lesson(owner, course.id, "Added")
    publish(course, owner, Learners.KEEP)
    new = make_person(name="Nora")
    make_seat(new, course)
    complete(new, course, course.lessons[0])

    answer = look()

    assert answer.json["seats"]["by_version"] == [{"version": 1, "seats": 1}, {"version": 2, "seats": 1}]
    assert effect(answer) == (2, 0, 1, 0)
    assert ways(answer) == {lea.id: (0.5, 0.375)}


def test_seats_that_are_over_are_not_counted(look, owner, course, lea):
    db.session.execute(sa.update(Enrollment).values(status=SeatStatus.WITHDRAWN))
    db.session.commit()
    make_lesson(owner, course.id, "Added")

    answer = look()

    assert (answer.json["seats"]["live"], effect(answer), answer.json["affected"]) == (0, (0, 0, 0, 0), [])


def test_learners_whom_no_roll_up_has_seen_yet_are_measured_all_the_same(client, owner, course, look, lea):
    look()
    make_lesson(owner, course.id, "Added")
    publish(course, owner)
    make_lesson(owner, course.id, "Another")

    answer = client.get(f"/courses/{course.id}/publish-preview", auth=owner)

    assert ways(answer) == {lea.id: (0.375, 0.3)}


def test_it_says_up_to_when_progress_is_counted(client, owner, course, look):
    assert client.get(f"/courses/{course.id}/publish-preview", auth=owner).json["as_of"] is None
    assert look().json["as_of"] == rollup.as_of().isoformat()


def test_the_list_is_paged(look, owner, course):
    people = [make_person(name="Pat") for _ in range(5)]
    for person in people:
        make_seat(person, course)
        complete(person, course, course.lessons[0])
    make_lesson(owner, course.id, "Added")

    pages = [look(page=page, page_size=2) for page in (1, 2, 3)]

    assert [each for page in pages for each in ways(page)] == [person.id for person in people]
    assert {effect(page) for page in pages} == {(5, 0, 5, 0)}
    assert '"total": 5' in pages[0].headers["X-Pagination"]


def test_it_warns_as_publishing_does(client, owner, course, look):
    put(course.lessons[2], make_ready_video(status="preparing"))

    warnings = look().json["warnings"]

    assert warnings == client.post(f"/courses/{course.id}/publish", json={}, auth=owner).json["warnings"]
    assert [each["video_status"] for each in warnings] == ["preparing"]


def test_a_draft_without_lessons_cannot_be_published(client, owner):
    empty = make_course(owner, lessons=(), published=False)

    answer = client.get(f"/courses/{empty.id}/publish-preview", auth=owner).json

    assert (answer["publishable"], answer["version"], answer["changes"]["from"]) == (False, 1, None)


def test_its_etag_publishes_exactly_this_outline(client, owner, course, look):
    headers = {"If-Match": look().headers["ETag"]}
    make_lesson(owner, course.id, "Added")

    assert client.post(f"/courses/{course.id}/publish", json={}, auth=owner, headers=headers).status_code == 412
    headers = {"If-Match": look().headers["ETag"]}
    assert client.post(f"/courses/{course.id}/publish", json={}, auth=owner, headers=headers).status_code == 201


def test_a_restoration_that_was_cut_short_is_previewed_whole(owner, course, look, monkeypatch):
    lessons.update(lesson_id=course.lessons[0].id, changes={"title": "New"})
    finish = restoring.finish
    monkeypatch.setattr(restoring, "finish", lambda course: course if "restoring" in course else finish(course))
    restoring.restore(course_id=course.id, number=1, restored_by=owner.id)
    db.session.commit()
    monkeypatch.undo()

    assert look().json["changes"]["lessons"] == []


@pytest.mark.parametrize(("field", "value"), [("learners", "drop"), ("page", 0), ("page_size", 101), ("page", "x")])
def test_a_bad_field_is_named(look, field, value):
    answer = look(**{field: value})

    assert answer.status_code == 422
    assert field in answer.json["errors"]["query"]


def test_only_its_authors_look_ahead(look, client, owner, admin, other_owner, lea, stranger):
    assert look(admin).status_code == 200
    assert {look(person).json["code"] for person in (other_owner, lea, stranger)} == {"not_your_course"}
    assert look(None).status_code == 401
    hidden = make_course(owner, published=False)
    assert client.get(f"/courses/{hidden.id}/publish-preview", auth=stranger).status_code == 404
    assert client.get(f"/courses/{ObjectId()}/publish-preview", auth=owner).status_code == 404


def test_the_answer_has_the_documented_shape(look, owner, course, lea):
    make_lesson(owner, course.id, "Added")
    answer = look().json

    assert PreviewSchema().load(answer)
    assert list(answer) == list(PreviewSchema().fields)
