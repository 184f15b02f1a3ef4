from datetime import timedelta
from functools import partial

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import LessonKind
from learnstream.schemas.learning.access import CourseAccessSchema
from tests.blueprints.learning.access.reasons import codes
from tests.factories import archive, make_course, make_person, make_ready_video, make_seat, order, show_video
from tests.learning import complete


@pytest.fixture
def fetch(fetch_access):
    return partial(fetch_access, "courses")


def closed(response):
    """Return the reasons that close each lesson, in order."""
    return [codes(lesson) for lesson in response["lessons"]]


def test_a_learner_has_access(fetch, course, learner):
    response = fetch(course, learner)

    assert codes(response) == []
    assert (response["version"], response["is_author"], response["expires_at"]) == (1, False, None)
    assert [lesson["lesson_id"] for lesson in response["lessons"]] == [lesson.id for lesson in course.lessons]
    assert closed(response) == [[], [], ["video_not_ready"]]


def test_the_end_of_an_enrollment_is_shown(fetch, course):
    person, end = make_person(), now() + timedelta(days=9)
    make_seat(person, course, expires_at=end)

    assert fetch(course, person)["expires_at"] == end.isoformat()


def test_authors_have_access(fetch, course, owner, admin):
    show_video(course, course.video, make_ready_video())
    order(owner, course, {"lessons": course.lessons, "release": {"after_days": 1}})

    for person in (owner, admin):
        response = fetch(course, person)
        assert (codes(response), response["is_author"], closed(response)) == ([], True, [[], [], []])


def test_strangers_have_access_to_previews(fetch, course, stranger):
    response = fetch(course, stranger)

    assert codes(response) == ["not_enrolled"]
    assert response["reasons"][0]["can_enroll"]
    assert closed(response) == [[], ["not_enrolled"], ["not_enrolled", "video_not_ready"]]


def test_an_ended_enrollment_has_no_access(fetch, course):
    late = make_person()
    make_seat(late, course, expires_at=now() - timedelta(days=1))
    archive(course)

    response = fetch(course, late)

    assert codes(response) == ["enrollment_expired"]
    assert not response["reasons"][0]["can_enroll"]
    assert response["expires_at"] is None


def test_each_lesson_lists_its_missing_prerequisites(fetch, owner, course, learner):
    entries = {1: {"needs": [course.preview]}, 2: {"release": {"after_days": 1}}}
    order(owner, course, {"lessons": course.lessons, "conditions": entries})
    assert closed(fetch(course, learner)) == [[], ["prerequisite_missing"], ["not_released_yet", "video_not_ready"]]

    complete(learner, course, course.preview)

    assert closed(fetch(course, learner))[1] == []


def test_a_guest_must_sign_in(fetch, course):
    fetch(course, None, status=401)


def test_a_draft_is_visible_to_its_authors(fetch, draft_course, owner, stranger):
    response = fetch(draft_course, owner)

    assert (codes(response), response["version"], response["lessons"]) == (["not_published"], 0, [])
    fetch(draft_course, stranger, status=404)


def test_an_unknown_course_is_not_found(client, stranger):
    assert client.get(f"/courses/{ObjectId()}/access", auth=stranger).status_code == 404


def test_the_response_matches_the_schema(fetch, owner, course, learner, stranger):
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [course.preview]}}})

    for person in (learner, stranger, owner):
        response = fetch(course, person)
        assert response.keys() == CourseAccessSchema().fields.keys()
        assert CourseAccessSchema().dump(CourseAccessSchema().load(response)) == response


@pytest.mark.parametrize("count", [2, 40])
def test_a_large_course_needs_as_many_queries_as_a_small_one(client, owner, learner, queries, count):
    course = make_course(owner, [{"title": str(number), "kind": LessonKind.VIDEO} for number in range(count)])
    make_seat(learner, course)
    show_video(course, course.lessons[0], make_ready_video())
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [course.lessons[0]]}}})
    client.get(f"/courses/{course.id}/access", auth=learner)
    queries.clear()

    client.get(f"/courses/{course.id}/access", auth=learner)

    # The learner's records, and the videos.
    assert [query for query in queries if query != "redis"] == ["find", "find"]
