"""Processes that are killed while homework is saved and handed in: nothing acknowledged is lost, nothing happens twice."""

import json

import pytest

from learnstream.documents import Progress, Submission
from learnstream.models import Event
from learnstream.services.analytics import pending_events
from learnstream.services.homework import following
from learnstream.stores.sql import db
from tests.homework import hand_in, make_assignment_lesson, save_draft, submissions_of

# At the write that counts, and the moments that the default run shows.
FIRST_SAVE = [(moment, number) for number in (1, 2) for moment in ("started", "succeeded")]
LATER_SAVE = [("started", 1), ("succeeded", 1)]
HANDING_IN = [(moment, number) for number in (1, 2, 3, 4) for moment in ("started", "succeeded")]


def moments(of, *shown):
    return [pytest.param(*each, marks=() if each in shown else pytest.mark.thorough) for each in of]


@pytest.fixture
def lesson(course):
    return make_assignment_lesson(course)


@pytest.fixture
def killed(kill_process, learner, lesson):
    """Return a function that sends the learner's request in a process that is killed at a write."""

    def killed(moment, number, method, path="", **body):
        request = (method, f"/lessons/{lesson.id}/submission{path}", learner.token, json.dumps(body))
        kill_process("attempt_and_die", moment, str(number), *request)

    return killed


def stored():
    return [*Submission.collection().find(sort=[("number", 1)])]


def events():
    pending_events.move()
    db.session.rollback()
    return sorted(each.type for each in db.session.query(Event) if each.type.startswith(("submission.", "lesson.")))


@pytest.mark.parametrize(("moment", "number"), moments(FIRST_SAVE, ("succeeded", 2)))
def test_a_first_save_that_is_killed_is_repeated(client, learner, lesson, killed, moment, number):
    killed(moment, number, "PUT", text="The moon")
    is_stored = (moment, number) == ("succeeded", 2)
    assert [each["text"] for each in stored()] == (["The moon"] if is_stored else [])

    save_draft(client, learner, lesson, headers={"If-Match": '"0"'}, text="The moon")

    [draft] = stored()
    assert (draft["text"], draft["number"], draft["revision"]) == ("The moon", 1, 1)


@pytest.mark.parametrize(("moment", "number"), moments(LATER_SAVE, ("succeeded", 1)))
def test_a_later_save_that_is_killed_is_repeated(client, learner, lesson, killed, moment, number):
    seen = save_draft(client, learner, lesson, text="First").headers["ETag"]
    killed(moment, number, "PUT", text="Second")
    assert stored()[0]["text"] == ("Second" if moment == "succeeded" else "First")

    save_draft(client, learner, lesson, headers={"If-Match": seen}, text="Second")

    [draft] = stored()
    assert (draft["text"], draft["revision"]) == ("Second", 2)


@pytest.mark.parametrize(("moment", "number"), moments(HANDING_IN, ("succeeded", 1)))
@pytest.mark.parametrize("way", ["repeated", pytest.param("job", marks=pytest.mark.thorough)])
def test_handing_in_that_is_killed_is_completed(client, learner, lesson, killed, moment, number, way):
    earlier = hand_in(client, learner, lesson)
    Progress.collection().delete_many({})  # so that completion is one of the writes
    save_draft(client, learner, lesson, text="Better")
    killed(moment, number, "POST", "/submit")
    is_handed_in = (moment, number) != ("started", 1)
    assert stored()[1]["state"] == ("submitted" if is_handed_in else "draft")

    if way == "repeated" or not is_handed_in:
        response = client.post(f"/lessons/{lesson.id}/submission/submit", auth=learner)
        assert response.status_code == (200 if is_handed_in else 201)
    else:
        following.follow_changes()

    first, second = stored()
    assert (first["superseded"], second["completion_due"]) == (True, False)
    assert second["pending_grade"] == second["revision"]
    assert Progress.collection().count_documents({"completed_at": {"$ne": None}}) == 1
    assert events() == ["lesson.completed", "submission.submitted", "submission.submitted"]
    found = submissions_of(client, learner, lesson)["submissions"]
    assert [each["text"] for each in found] == ["Better", "The sun lights it."]
    assert found[1]["digest"] == earlier["digest"]
