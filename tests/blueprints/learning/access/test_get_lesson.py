from datetime import timedelta
from functools import partial

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import LessonKind
from learnstream.schemas.learning.access import LessonAccessSchema
from tests.blueprints.learning.access.reasons import codes
from tests.factories import (
    archive,
    make_course,
    make_lesson,
    make_person,
    make_ready_video,
    make_seat,
    make_video,
    order,
    show_video,
)
from tests.learning import complete, make_record


@pytest.fixture
def fetch(fetch_access):
    return partial(fetch_access, "lessons")


def test_a_learner_has_access(fetch, course, learner):
    response = {"allowed": True, "reasons": [], "course_id": course.id, "lesson_id": course.text.id, "version": 1}

    assert fetch(course.text, learner) == response


def test_authors_have_access_without_an_enrollment(fetch, course, owner, admin):
    assert [codes(fetch(course.text, person)) for person in (owner, admin)] == [[], []]


def test_a_free_preview_is_accessible_to_all_users(fetch, course, stranger):
    assert codes(fetch(course.preview, stranger)) == []


def test_a_guest_must_sign_in(fetch, course):
    fetch(course.preview, None, status=401)


def test_a_stranger_is_told_to_enroll(fetch, course, stranger):
    [reason] = fetch(course.text, stranger)["reasons"]

    assert (reason["code"], reason["can_enroll"]) == ("not_enrolled", True)


def test_an_archived_course_cannot_be_enrolled_in(fetch, course, stranger):
    archive(course)

    [reason] = fetch(course.text, stranger)["reasons"]
    assert (reason["code"], reason["can_enroll"]) == ("not_enrolled", False)


def test_an_ended_enrollment_reports_its_end(fetch, course):
    ended = now() - timedelta(days=2)
    late = make_person()
    make_seat(late, course, expires_at=ended)

    [reason] = fetch(course.text, late)["reasons"]

    assert (reason["code"], reason["expired_at"]) == ("enrollment_expired", ended.isoformat())


def test_a_withdrawn_learner_has_no_access(client, fetch, course, learner):
    client.delete(f"/courses/{course.id}/enroll", auth=learner)

    assert codes(fetch(course.text, learner)) == ["not_enrolled"]


def test_a_closed_lesson_reports_its_release_and_missing_prerequisites(fetch, owner, course, learner):
    show_video(course, course.video, make_ready_video())
    entries = {1: {"release": {"after_days": 3}, "needs": [course.video]}}
    lessons = [course.video, course.text]
    order(owner, course, {"lessons": [course.preview]}, {"lessons": lessons, "needs": [0], "conditions": entries})
    make_record(learner, course, course.video, watched=0.615)

    response = fetch(course.text, learner)

    assert codes(response) == ["not_released_yet", "prerequisite_missing", "prerequisite_missing"]
    assert response["reasons"][0]["unlocks_at"] > now().isoformat()
    module, lesson = (reason["prerequisite"] for reason in response["reasons"][1:])
    assert (module["kind"], module["completed_lessons"], module["lesson_count"]) == ("module", 0, 1)
    assert (lesson["id"], lesson["fraction"], lesson["threshold"]) == (course.video.id, 0.615, 0.9)
    assert (
        response["reasons"][2]["detail"] == "Complete this first: lesson “Watching” (61% of the required 90% watched)."
    )


def test_the_response_agrees_with_the_lesson_endpoint(client, fetch, owner, course, learner):
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [course.preview]}}})
    assert codes(fetch(course.text, learner)) == [client.get(f"/lessons/{course.text.id}", auth=learner).json["code"]]

    complete(learner, course, course.preview)

    assert codes(fetch(course.text, learner)) == []
    assert client.get(f"/lessons/{course.text.id}", auth=learner).status_code == 200


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"status": "waiting"}, "video_not_ready"),
        ({"status": "ready"}, "video_not_ready"),
        ({"status": "errored"}, "video_errored"),
        ({"status": "deleted"}, "video_deleted"),
    ],
)
def test_an_unplayable_video_reports_its_reason(fetch, course, learner, owner, facts, code):
    show_video(course, course.video, make_video(**facts))

    for person in (learner, owner):
        [reason] = fetch(course.video, person)["reasons"]
        assert (reason["code"], reason["video_status"]) == (code, facts["status"])


def test_a_lesson_without_a_video_reports_it(fetch, course, learner):
    [reason] = fetch(course.video, learner)["reasons"]

    assert (reason["code"], reason["video_status"]) == ("video_not_ready", "missing")


def test_a_lesson_of_a_later_version_reports_it(client, fetch, owner, course, learner):
    added = make_lesson(owner, course.id, "Added")
    client.post(f"/courses/{course.id}/publish", json={"learners": "keep"}, auth=owner)

    assert codes(fetch(added, learner)) == ["not_in_your_version"]
    assert fetch(added, learner)["version"] == 1


def test_a_draft_is_visible_to_its_authors(fetch, owner, admin, stranger, learner, course):
    added = make_lesson(owner, course.id, "Added")

    assert [codes(fetch(added, person)) for person in (owner, admin)] == [["not_published"], ["not_published"]]
    for person in (stranger, learner):
        fetch(added, person, status=404)


def test_an_unpublished_course_is_visible_to_its_authors(fetch, owner, stranger, draft_course):
    assert codes(fetch(draft_course.text, owner)) == ["not_published"]
    assert fetch(draft_course.text, stranger, status=404)["detail"] == "The lesson does not exist."


def test_a_deleted_lesson_is_not_found(client, fetch, owner, draft_course):
    client.delete(f"/lessons/{draft_course.text.id}", auth=owner)

    fetch(draft_course.text, owner, status=404)


def test_an_unknown_lesson_is_not_found(client, owner):
    assert client.get(f"/lessons/{ObjectId()}/access", auth=owner).status_code == 404


def test_the_response_matches_the_schema(fetch, owner, course, learner, stranger):
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [course.preview]}}})

    for person in (learner, stranger, owner):
        response = fetch(course.text, person)
        assert response.keys() == LessonAccessSchema().fields.keys()
        assert LessonAccessSchema().dump(LessonAccessSchema().load(response)) == response


def test_the_response_is_not_cacheable(client, course, learner):
    response = client.get(f"/lessons/{course.text.id}/access", auth=learner)

    assert response.headers["Cache-Control"] == "private, no-store"


def test_a_lesson_with_conditions_needs_one_query(client, owner, course, learner, queries):
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [course.preview, course.video]}}})
    client.get(f"/lessons/{course.text.id}/access", auth=learner)
    queries.clear()

    client.get(f"/lessons/{course.text.id}/access", auth=learner)

    assert queries == ["redis", "find"]


def test_a_lesson_without_a_course_is_not_found(client, admin):
    lesson = make_lesson(admin, None, kind=LessonKind.VIDEO)

    assert client.get(f"/lessons/{lesson.id}/access", auth=admin).status_code == 404


def test_a_kept_version_keeps_its_conditions(fetch, client, owner, learner, course):
    order(owner, course, {"lessons": course.lessons, "release": {"after_days": 1}})
    module = {"title": "Open", "lesson_ids": [lesson.id for lesson in course.lessons]}
    client.put(f"/courses/{course.id}/outline", json={"modules": [module]}, auth=owner)
    client.post(f"/courses/{course.id}/publish", json={"learners": "keep"}, auth=owner)

    assert codes(fetch(course.text, learner)) == ["not_released_yet"]
    assert codes(fetch(course.text, make_seated(course))) == []


def make_seated(course):
    person = make_person()
    make_seat(person, course)
    return person


def test_enrollments_in_other_courses_open_nothing(fetch, course, learner, owner):
    another = make_course(owner, title="Another")

    assert codes(fetch(another.text, learner)) == ["not_enrolled"]
