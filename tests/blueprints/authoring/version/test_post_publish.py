from threading import Barrier, Thread

import pytest
from bson import ObjectId
from sqlalchemy import select

from learnstream.clock import now
from learnstream.documents import Course, CourseVersion, LessonKind, LessonVersion, Video
from learnstream.models import AuditEntry, Enrollment, SeatStatus
from learnstream.services.authoring import lessons
from tests.factories import make_course, make_lesson, make_person, make_seat
from tests.files import make_document, put_document


def publish(client, course, auth, headers=None, **body):
    return client.post(f"/courses/{course.id}/publish", json=body, auth=auth, headers=headers)


def seats(separate_session):
    return dict(separate_session.execute(select(Enrollment.user_id, Enrollment.course_version)).all())


def test_a_draft_becomes_the_first_version(client, owner, draft_course):
    response = publish(client, draft_course, owner, note="Ready.")

    assert response.status_code == 201
    assert (response.json["version"], response.json["note"], response.json["status"]) == (1, "Ready.", "published")
    assert client.get(f"/courses/{draft_course.id}").json["published_at"] == response.json["published_at"]


def test_the_next_version_gets_the_next_number(client, owner, course):
    assert publish(client, course, owner).json["version"] == 2


def test_the_course_keeps_the_date_of_its_first_publication(client, owner, course):
    first = client.get(f"/courses/{course.id}").json
    again = publish(client, course, owner).json

    shown = client.get(f"/courses/{course.id}").json
    assert (shown["published_at"], shown["updated_at"]) == (first["published_at"], again["published_at"])


def test_a_lesson_without_a_playable_video_is_a_warning(client, owner, draft_course):
    [warning] = publish(client, draft_course, owner).json["warnings"]

    assert warning == {
        "lesson_id": draft_course.video.id,
        "title": "Watching",
        "video_status": "missing",
        "document_state": None,
        "quiz_problem": None,
        "assignment_problem": None,
    }


@pytest.mark.parametrize(("state", "warned"), [(None, ["missing"]), ("processing", ["processing"]), ("ready", [])])
def test_a_lesson_without_a_readable_document_is_a_warning(client, owner, state, warned):
    course = make_course(owner, [{"title": "Handout", "kind": LessonKind.DOCUMENT}], published=False)
    if state:
        put_document(course.lessons[0], make_document(owner, state=state))

    warnings = publish(client, course, owner).json["warnings"]
    assert [warning["document_state"] for warning in warnings] == warned
    assert [warning["video_status"] for warning in warnings] == [None] * len(warned)


@pytest.mark.parametrize(("status", "warned"), [("waiting", ["waiting"]), ("errored", ["errored"]), ("ready", [])])
def test_a_lesson_with_a_pending_video_is_a_warning(client, owner, draft_course, status, warned):
    video_id = Video.collection().insert_one({"status": status}).inserted_id
    lessons.set_video(draft_course.video.id, str(video_id))

    warnings = publish(client, draft_course, owner).json["warnings"]
    assert [warning["video_status"] for warning in warnings] == warned


def test_a_course_without_lessons_cannot_be_published(client, owner):
    empty = make_course(owner, lessons=(), published=False)

    response = publish(client, empty, owner)

    assert (response.status_code, response.json["code"]) == (409, "nothing_to_publish")
    assert CourseVersion.collection().count_documents({}) == 0


def test_an_archived_course_stays_archived(client, owner, course):
    client.patch(f"/courses/{course.id}", json={"status": "archived"}, auth=owner)

    assert publish(client, course, owner).json["status"] == "archived"
    assert client.get("/courses").json == []


def test_unchanged_lessons_share_their_content(client, owner, course):
    publish(client, course, owner)
    assert LessonVersion.collection().count_documents({}) == 3

    client.patch(f"/lessons/{course.text.id}", json={"body": "New."}, auth=owner)
    publish(client, course, owner)
    assert LessonVersion.collection().count_documents({}) == 4


def test_active_enrollments_migrate_and_others_do_not(client, owner, course, learner, separate_session):
    left, late, done = (make_person(name=name) for name in ("Left", "Late", "Done"))
    make_seat(left, course, status=SeatStatus.WITHDRAWN)
    make_seat(late, course, expires_at=Enrollment.__table__.c.enrolled_at)
    make_seat(done, course, completed_at=now())

    publish(client, course, owner)

    assert seats(separate_session) == {learner.id: 2, left.id: 1, late.id: 1, done.id: 2}


def test_learners_may_keep_their_version_until_the_next_migration(client, owner, course, learner, separate_session):
    publish(client, course, owner, learners="keep")
    assert seats(separate_session) == {learner.id: 1}

    separate_session.rollback()
    publish(client, course, owner)
    assert seats(separate_session) == {learner.id: 3}


def test_new_learners_get_the_new_version(client, owner, course, stranger, separate_session):
    publish(client, course, owner, learners="keep")
    client.post(f"/courses/{course.id}/enroll", auth=stranger)

    assert seats(separate_session) == {stranger.id: 2}


def test_a_publication_is_in_the_audit_log_with_its_changes(client, owner, course, learner, separate_session):
    make_lesson(owner, course.id, "Added")
    publish(client, course, owner, note="More.")

    written = select(AuditEntry).where(AuditEntry.action == "course.published").order_by(AuditEntry.id)
    first, second = separate_session.scalars(written).all()
    assert (first.actor_id, first.details["version"], first.details["changes"]["lessons_added"]) == (owner.id, 1, 3)
    assert second.details == {
        "version": 2,
        "learners": "migrate",
        "seats": 1,
        "note": "More.",
        "changes": {"lessons_added": 1},
    }


def test_only_authors_can_publish(client, stranger, learner, admin, course, draft_course):
    assert publish(client, draft_course, stranger).status_code == 404
    assert publish(client, course, learner).json["code"] == "not_your_course"
    assert publish(client, draft_course, admin).status_code == 201


def test_an_unknown_course_is_not_found(client, owner):
    assert client.post(f"/courses/{ObjectId()}/publish", json={}, auth=owner).status_code == 404


def test_the_body_of_a_publication_is_optional(client, owner, draft_course):
    response = client.post(f"/courses/{draft_course.id}/publish", auth=owner)

    assert (response.status_code, response.json["note"]) == (201, "")


@pytest.mark.parametrize(
    ("field", "value"), [("note", 1), ("note", "x" * 501), ("note", "\x00"), ("learners", "drop"), ("version", 7)]
)
def test_an_invalid_field_is_named(client, owner, draft_course, field, value):
    response = publish(client, draft_course, owner, **{field: value})

    assert response.status_code == 422
    assert field in response.json["errors"]["json"]


def test_a_repeated_request_with_a_key_publishes_once(client, owner, draft_course):
    first, again = (publish(client, draft_course, owner, {"Idempotency-Key": "k"}) for _ in range(2))

    assert (again.status_code, again.json, again.headers["ETag"]) == (201, first.json, first.headers["ETag"])
    assert client.get(f"/courses/{draft_course.id}").json["version"] == 1


def test_one_of_two_publications_with_the_same_etag_wins(app, client, owner, draft_course):
    tag = client.get(f"/courses/{draft_course.id}/draft", auth=owner).headers["ETag"]
    responses, start = [], Barrier(2)

    def go():
        start.wait()
        responses.append(publish(app.test_client(), draft_course, owner, {"If-Match": tag}).status_code)

    threads = [Thread(target=go) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(responses) == [201, 412]
    assert len(Course.collection().find_one()["versions"]) == 1
    assert CourseVersion.collection().count_documents({}) == 1


def test_concurrent_publications_without_an_etag_are_serialized(app, owner, draft_course):
    responses, start = [], Barrier(4)

    def go():
        start.wait()
        responses.append(publish(app.test_client(), draft_course, owner))

    threads = [Thread(target=go) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    published = sorted(response.json["version"] for response in responses if response.status_code == 201)
    assert published == list(range(1, len(published) + 1))
    assert {response.status_code for response in responses} <= {201, 409}
    assert [record["number"] for record in Course.collection().find_one()["versions"]] == published


def test_enrollments_during_a_publication_get_the_new_version(app, client, owner, course, separate_session):
    people = [make_person(name="Pat") for _ in range(6)]
    start = Barrier(7)

    def call(path, person):
        start.wait()
        app.test_client().post(path, json={}, auth=person)

    threads = [Thread(target=call, args=(f"/courses/{course.id}/enroll", person)) for person in people]
    threads.append(Thread(target=call, args=(f"/courses/{course.id}/publish", owner)))
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert client.get(f"/courses/{course.id}").json["version"] == 2
    assert seats(separate_session) == {person.id: 2 for person in people}


def test_a_lesson_added_during_a_publication_is_in_the_draft(app, client, owner, course):
    start = Barrier(2)

    def add():
        start.wait()
        with app.app_context():
            make_lesson(owner, course.id, "Added")

    thread = Thread(target=add)
    thread.start()
    start.wait()
    response = publish(client, course, owner)
    thread.join()

    shown = client.get(f"/courses/{course.id}/lessons?draft=true", auth=owner).json
    assert shown[-1]["title"] == "Added"
    assert response.status_code in {201, 409}
