"""Lessons that a learner has begun stay open at every endpoint, whatever a later version requires."""

from datetime import UTC, datetime

import pytest

from learnstream.clock import now
from learnstream.documents import LessonKind
from learnstream.services.learning import exceptions
from learnstream.stores.sql import db
from tests.factories import make_course, make_person, make_ready_video, make_seat, order, put_video
from tests.learning import complete, make_record

NEVER_YET = {"release": {"at": datetime(2090, 1, 1, tzinfo=UTC)}}
BEGUN = {
    "completed": {"completed_at": now(), "completed_by": "watched"},
    "waived": {"completed_at": now(), "completed_by": "waived"},
    "opened": {"opened_at": now()},
    "a second of it watched": {"watched": 0.01},
}
NOT_BEGUN = {"asked for": {"began_at": now()}, "no record": None}


@pytest.fixture
def course(owner):
    """Two video lessons that play."""
    made = make_course(owner, [{"title": title, "kind": LessonKind.VIDEO} for title in ("One", "Two")], published=False)
    for lesson in made.lessons:
        put_video(lesson, make_ready_video())
    order(owner, made, {"lessons": made.lessons})
    return made


@pytest.fixture
def learner(course):
    person = make_person(name="Lea")
    make_seat(person, course)
    return person


@pytest.fixture(params=["release", "prerequisite", "both"])
def condition(request, owner, course):
    """Publish a version in which the second lesson has a new condition."""
    need = {"needs": [course.lessons[0]]}
    asked = {"release": NEVER_YET, "prerequisite": need, "both": NEVER_YET | need}[request.param]
    return lambda: order(owner, course, {"lessons": course.lessons, "conditions": {1: asked}})


@pytest.fixture
def endpoints(client, course):
    """Return the endpoints that let a user access the second lesson."""

    def endpoints(person):
        path = f"/lessons/{course.lessons[1].id}"
        whole = client.get(f"/courses/{course.id}/access", auth=person).json["lessons"][1]
        return {
            "lesson": client.get(path, auth=person).status_code == 200,
            "playback": client.get(f"{path}/playback", auth=person).status_code == 200,
            "progress": client.get(f"{path}/progress", auth=person).status_code == 200,
            "access": client.get(f"{path}/access", auth=person).json["allowed"],
            "course access": whole["allowed"],
            "overview": not client.get(f"/courses/{course.id}/progress", auth=person).json["lessons"][1]["locked"],
            # The last one: a lesson that it opens would be begun.
            "report": client.put(f"{path}/progress", json={"opened": True}, auth=person).status_code == 200,
        }

    return endpoints


@pytest.mark.parametrize("done", BEGUN)
def test_a_begun_lesson_stays_open(endpoints, condition, course, learner, done):
    make_record(learner, course, course.lessons[1], **BEGUN[done])
    condition()

    assert all(endpoints(learner).values())


@pytest.mark.parametrize("done", NOT_BEGUN)
def test_a_lesson_that_was_not_begun_is_closed(endpoints, condition, course, learner, done):
    if NOT_BEGUN[done]:
        make_record(learner, course, course.lessons[1], **NOT_BEGUN[done])
    condition()

    assert not any(endpoints(learner).values())


def test_a_lesson_begun_by_others_is_closed(endpoints, condition, course, learner):
    complete(make_person(), course, course.lessons[1])
    condition()

    assert not any(endpoints(learner).values())


def test_a_reset_lesson_is_closed_again(endpoints, condition, owner, course, learner):
    complete(learner, course, course.lessons[1])
    condition()
    assert all(endpoints(learner).values())

    ids = {"user_id": learner.id, "course_id": course.id, "lesson_id": course.lessons[1].id}
    exceptions.reset(**ids, reason="Again.", reset_by=owner.id)
    db.session.commit()

    assert not any(endpoints(learner).values())


def test_a_begun_lesson_is_suggested_to_continue(client, condition, course, learner):
    make_record(learner, course, course.lessons[1], watched=0.5, position={"seconds": 50, "at": now(), "seq": 1})
    condition()

    assert client.get(f"/courses/{course.id}/progress", auth=learner).json["resume"]["title"] == "Two"


def test_a_begun_lesson_is_cached_as_begun(client, condition, course, learner, queries):
    make_record(learner, course, course.lessons[1], watched=0.5)
    condition()
    path = f"/lessons/{course.lessons[1].id}"
    client.get(path, auth=learner)
    queries.clear()

    assert client.get(path, auth=learner).status_code == 200
    assert queries == ["redis"] * 3
