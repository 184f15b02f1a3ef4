from datetime import timedelta
from functools import partial

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import LessonKind
from learnstream.schemas.learning.access import CourseAccessSchema
from tests.blueprints.learning.access.answers import codes
from tests.factories import archive, make_course, make_person, make_ready_video, make_seat, order, show_video
from tests.learning import complete


@pytest.fixture
def ask(ask_access):
    return partial(ask_access, "courses")


def closed(answer):
    """What stands against each lesson, by their places."""
    return [codes(lesson) for lesson in answer["lessons"]]


def test_a_learner_may(ask, course, learner):
    answer = ask(course, learner)

    assert codes(answer) == []
    assert (answer["version"], answer["is_author"], answer["expires_at"]) == (1, False, None)
    assert [lesson["lesson_id"] for lesson in answer["lessons"]] == [lesson.id for lesson in course.lessons]
    assert closed(answer) == [[], [], ["video_not_ready"]]


def test_a_seat_says_when_it_ends(ask, course):
    person, end = make_person(), now() + timedelta(days=9)
    make_seat(person, course, expires_at=end)

    assert ask(course, person)["expires_at"] == end.isoformat()


def test_its_authors_may(ask, course, owner, admin):
    show_video(course, course.video, make_ready_video())
    order(owner, course, {"lessons": course.lessons, "release": {"after_days": 1}})

    for person in (owner, admin):
        answer = ask(course, person)
        assert (codes(answer), answer["is_author"], closed(answer)) == ([], True, [[], [], []])


def test_strangers_see_previews(ask, course, stranger):
    answer = ask(course, stranger)

    assert codes(answer) == ["not_enrolled"]
    assert answer["reasons"][0]["can_enroll"]
    assert closed(answer) == [[], ["not_enrolled"], ["not_enrolled", "video_not_ready"]]


def test_a_seat_that_has_ended(ask, course):
    late = make_person()
    make_seat(late, course, expires_at=now() - timedelta(days=1))
    archive(course)

    answer = ask(course, late)

    assert codes(answer) == ["enrollment_expired"]
    assert not answer["reasons"][0]["can_enroll"]
    assert answer["expires_at"] is None


def test_each_lesson_says_what_it_waits_for(ask, owner, course, learner):
    entries = {1: {"needs": [course.preview]}, 2: {"release": {"after_days": 1}}}
    order(owner, course, {"lessons": course.lessons, "conditions": entries})
    assert closed(ask(course, learner)) == [[], ["prerequisite_missing"], ["not_released_yet", "video_not_ready"]]

    complete(learner, course, course.preview)

    assert closed(ask(course, learner))[1] == []


def test_a_guest_has_to_sign_in(ask, course):
    ask(course, None, status=401)


def test_a_draft_is_known_to_its_authors(ask, draft_course, owner, stranger):
    answer = ask(draft_course, owner)

    assert (codes(answer), answer["version"], answer["lessons"]) == (["not_published"], 0, [])
    ask(draft_course, stranger, status=404)


def test_an_unknown_course_is_not_found(client, stranger):
    assert client.get(f"/courses/{ObjectId()}/access", auth=stranger).status_code == 404


def test_the_answer_is_what_the_schema_says(ask, owner, course, learner, stranger):
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [course.preview]}}})

    for person in (learner, stranger, owner):
        answer = ask(course, person)
        assert answer.keys() == CourseAccessSchema().fields.keys()
        assert CourseAccessSchema().dump(CourseAccessSchema().load(answer)) == answer


@pytest.mark.parametrize("count", [2, 40])
def test_a_large_course_takes_as_many_questions_as_a_small_one(client, owner, learner, queries, count):
    course = make_course(owner, [{"title": str(number), "kind": LessonKind.VIDEO} for number in range(count)])
    make_seat(learner, course)
    show_video(course, course.lessons[0], make_ready_video())
    order(owner, course, {"lessons": course.lessons, "conditions": {1: {"needs": [course.lessons[0]]}}})
    client.get(f"/courses/{course.id}/access", auth=learner)
    queries.clear()

    client.get(f"/courses/{course.id}/access", auth=learner)

    # The learner's records, and the videos.
    assert [query for query in queries if query != "redis"] == ["find", "find"]
