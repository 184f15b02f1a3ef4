"""Playing an enrolled lesson, while a store is away."""

import pytest

from learnstream.documents import LessonKind
from tests.factories import make_course, make_person, make_ready_video, make_seat, show_video


@pytest.fixture
def lesson(course):
    """A lesson of `course` that plays."""
    show_video(course, course.video, make_ready_video())
    return course.video


@pytest.fixture
def play(call):
    def play(person, lesson):
        return call("GET", f"/lessons/{lesson.id}/playback", person)

    return play


def shared(answer):
    """What is the same for all viewers."""
    return {name: value for name, value in answer.json().items() if name != "session_id"}


@pytest.fixture
def newcomer(course):
    """Enrolled, and never seen so far."""
    person = make_person(name="Nina")
    make_seat(person, course)
    return person


def test_without_postgresql_seats_and_sessions_seen_before_play_on(play, outage, recovers, learner, newcomer, lesson):
    before = play(learner, lesson)

    outage("postgres")

    assert shared(play(learner, lesson)) == shared(before)
    assert play(newcomer, lesson).status_code == 503
    recovers("postgres", lambda: play(newcomer, lesson), 200)


def test_without_postgresql_a_free_preview_plays_for_guests(play, outage, owner):
    course = make_course(owner, [{"title": "Trailer", "kind": LessonKind.VIDEO, "free_preview": True}])
    show_video(course, course.lessons[0], make_ready_video())

    outage("postgres")

    assert play(None, course.lessons[0]).status_code == 200


def test_without_mongodb_lessons_seen_before_play_on(play, outage, recovers, learner, newcomer, lesson, owner):
    unseen = make_course(owner, [{"title": "Unseen", "kind": LessonKind.VIDEO}])
    show_video(unseen, unseen.lessons[0], make_ready_video())
    make_seat(newcomer, unseen)
    before = play(learner, lesson)

    outage("mongodb")

    assert shared(play(learner, lesson)) == shared(before)
    assert shared(play(newcomer, lesson)) == shared(before)
    assert play(newcomer, unseen.lessons[0]).status_code == 503
    recovers("mongodb", lambda: play(newcomer, unseen.lessons[0]), 200)


def test_without_redis_everybody_plays_on(play, outage, learner, newcomer, stranger, lesson):
    before = play(learner, lesson)

    outage("redis")

    assert shared(play(learner, lesson)) == shared(before)
    assert play(newcomer, lesson).status_code == 200
    assert play(stranger, lesson).status_code == 403
