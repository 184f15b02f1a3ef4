import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.schemas.authoring.lesson import LessonSchema
from learnstream.services.delivery import syllabus, visibility
from tests.factories import make_lesson, make_person, make_seat


def get(client, lesson, auth=None, **kwargs):
    return client.get(f"/lessons/{lesson.id}", auth=auth, **kwargs)


def test_a_free_preview_is_public(client, course, stranger):
    response = get(client, course.preview)

    assert response.status_code == 200
    assert (response.json["body"], response.json["version"], response.json["course_id"]) == ("# Welcome", 1, course.id)
    assert get(client, course.preview, stranger).json == response.json


def test_the_serialized_bytes_match_the_schema(client, course):
    response = get(client, course.preview).json

    assert response.keys() == LessonSchema().fields.keys()
    assert LessonSchema().dump(LessonSchema().load(response)) == response


def test_a_guest_must_sign_in_for_other_lessons(client, course, draft_course):
    unknown = f"/lessons/{ObjectId()}"
    paths = [f"/lessons/{course.text.id}", f"/lessons/{draft_course.preview.id}", unknown, unknown + "?draft=true"]

    assert [client.get(path).status_code for path in paths] == [401] * 4


def test_a_learner_reads_every_lesson(client, course, learner):
    assert [get(client, lesson, learner).status_code for lesson in course.lessons] == [200] * 3


def test_a_stranger_is_told_to_enroll(client, course, stranger):
    response = get(client, course.text, stranger)

    assert (response.status_code, response.json["code"]) == (403, "not_enrolled")


def test_an_expired_learner_gets_the_end_of_the_enrollment(client, course):
    late = make_person(name="Late")
    make_seat(late, course, expires_at=now())

    assert get(client, course.text, late).json["code"] == "enrollment_expired"


def test_a_withdrawn_learner_cannot_read_lessons(client, course, learner):
    get(client, course.text, learner)
    client.delete(f"/courses/{course.id}/enroll", auth=learner)

    assert get(client, course.text, learner).json["code"] == "not_enrolled"


def test_authors_read_lessons_without_an_enrollment(client, owner, admin, course):
    assert get(client, course.text, owner).status_code == 200
    assert get(client, course.text, admin).status_code == 200


def test_a_learner_reads_the_version_of_their_seat(client, owner, course, learner):
    client.patch(f"/lessons/{course.text.id}", json={"body": "New."}, auth=owner)
    added = make_lesson(owner, course.id, "Added")
    client.post(f"/courses/{course.id}/publish", json={"learners": "keep"}, auth=owner)

    assert get(client, course.text, learner).json["body"] == "Read *this*."
    assert get(client, added, learner).status_code == 404
    assert get(client, course.text, owner).json["body"] == "New."


def test_a_withdrawn_preview_closes_with_the_next_version(client, owner, course):
    client.patch(f"/lessons/{course.preview.id}", json={"free_preview": False}, auth=owner)
    assert get(client, course.preview).status_code == 200

    client.post(f"/courses/{course.id}/publish", json={}, auth=owner)
    assert get(client, course.preview).status_code == 401


def test_the_draft_is_for_authors(client, owner, admin, stranger, learner, course):
    client.patch(f"/lessons/{course.text.id}", json={"body": "New."}, auth=owner)
    draft = {"query_string": {"draft": "true"}}

    assert get(client, course.text, owner, **draft).json["body"] == "New."
    assert get(client, course.text, admin, **draft).json["version"] == 0
    assert get(client, course.text, stranger, **draft).status_code == 404
    assert get(client, course.preview, learner, **draft).status_code == 404


def test_a_draft_is_shown_only_on_request(client, owner, draft_course):
    assert get(client, draft_course.text, owner).status_code == 404


def test_a_lesson_without_a_course_is_for_administrators(client, owner, admin):
    lesson = make_lesson(admin, None)

    assert get(client, lesson, admin, query_string={"draft": "true"}).json["course_id"] is None
    assert get(client, lesson, owner, query_string={"draft": "true"}).status_code == 404
    assert get(client, lesson, admin).status_code == 404


def test_an_unchanged_lesson_is_not_sent_again(client, course):
    tag = get(client, course.preview).headers["ETag"]

    assert get(client, course.preview, headers={"If-None-Match": tag}).status_code == 304


def test_authorization_precedes_a_304(client, course, learner, stranger):
    tag = get(client, course.text, learner).headers["ETag"]

    assert get(client, course.text, stranger, headers={"If-None-Match": tag}).status_code == 403


@pytest.mark.parametrize("path", ["/lessons/1", "/lessons/x", "/lessons/" + "g" * 24])
def test_a_malformed_id_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_a_learner_is_served_from_the_cache(client, course, learner, queries):
    get(client, course.text, learner)
    queries.clear()

    get(client, course.text, learner)

    # Session, course and seat; then the lesson.
    assert queries == ["redis", "redis"]


def test_an_uncached_lesson_needs_few_queries(client, course, queries):
    syllabus.get(course.id, course.version)  # which a process reads once
    visibility.lesson_courses.clear()
    queries.clear()

    get(client, course.preview)

    assert sorted(query for query in queries if query != "redis") == ["aggregate", "find", "find", "find"]
