"""Scheduled announcements: published at their times, each once, whatever happens at the same moment."""

from datetime import timedelta

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents.announcement import Announcement
from learnstream.errors.announcements import AlreadyPublished
from learnstream.jobs.announcements import publish_announcements
from learnstream.services.announcements import announcements, scheduling, writing
from learnstream.services.foundation import tasks
from tests.announcements import announce, announced, make_class, read, told
from tests.factories import make_course, make_seat

WORKERS = 4


@pytest.fixture
def schedule(client, course, owner):
    """Write announcements that are due in an hour; return them."""

    def schedule(number=1):
        at = (now() + timedelta(hours=1)).isoformat()
        return [announce(client, course, owner, publish_at=at).json for _ in range(number)]

    return schedule


def told_ids():
    return sorted(each["announcement_id"] for each in told())


def test_it_is_published_at_its_time(client, owner, learner, schedule, move_clock):
    [made] = schedule()
    assert scheduling.publish_due() == 0

    move_clock(hours=1, seconds=1)
    publish_announcements()

    published = read(client, made, learner)
    assert (published["status"], published["publish_at"]) == ("published", None)
    assert published["published_at"] > made["publish_at"]
    assert told_ids() == [made["id"]]


def test_a_time_that_has_passed_means_at_once(client, course, owner):
    made = announce(client, course, owner, publish_at="2026-04-01T08:00:00Z").json

    assert scheduling.publish_due() == 1
    assert read(client, made, owner)["status"] == "published"


def test_several_workers_publish_each_once(schedule, move_clock, at_once):
    made = schedule(12)
    move_clock(hours=2)

    published = at_once(*[scheduling.publish_due] * WORKERS)

    assert sum(published) == 12
    assert told_ids() == sorted(each["id"] for each in made)


def test_more_than_a_batch_is_published_in_one_run(schedule, move_clock, monkeypatch):
    monkeypatch.setattr(scheduling, "BATCH", 2)
    schedule(5)
    move_clock(hours=2)

    assert scheduling.publish_due() == 5


def test_its_event_waits_for_no_schedule(schedule, move_clock, monkeypatch):
    queued = []
    monkeypatch.setattr(tasks, "queue", queued.append)
    schedule()
    assert scheduling.publish_due() == 0
    move_clock(hours=2)

    scheduling.publish_due()

    assert queued == ["learnstream.move_news"]


@pytest.mark.parametrize("turn", range(5))
def test_an_edit_at_the_same_moment_is_told_or_refused(schedule, move_clock, at_once, turn):
    made = schedule(4)
    move_clock(hours=2)

    def postpone(announcement_id):
        return lambda: writing.edit(announcement_id, title="Rain", publish_at=now() + timedelta(days=1))

    first, *edits = at_once(scheduling.publish_due, *(postpone(each["id"]) for each in made))

    refused = {each["id"] for each, edit in zip(made, edits, strict=True) if isinstance(edit, AlreadyPublished)}
    for each in made:
        stored = announcements.find(each["id"])
        assert stored["status"] == ("published" if each["id"] in refused else "scheduled")
        assert stored["title"] == (each["title"] if each["id"] in refused else "Rain")
    assert first == len(refused)
    assert told_ids() == sorted(refused)


@pytest.mark.parametrize("turn", range(5))
def test_a_withdrawal_at_the_same_moment_leaves_nothing_published(owner, schedule, move_clock, at_once, turn):
    made = schedule(4)
    move_clock(hours=2)

    at_once(scheduling.publish_due, *(lambda each=each: writing.remove(each["id"], by=owner.id) for each in made))

    for each in made:
        found = Announcement.collection().find_one({"_id": ObjectId(each["id"])})
        assert found is None or found["status"] == "withdrawn"
        assert announcements.told(each["id"]) is None


def test_two_people_who_publish_it_at_once_tell_it_once(owner, schedule, at_once):
    [made] = schedule()

    published = at_once(*[lambda: writing.publish(made["id"], by=owner.id)] * WORKERS)

    assert {each["status"] for each in published} == {"published"}
    assert told_ids() == [made["id"]]


def test_due_ones_are_found_by_an_index_among_many(course, plans, schedule, move_clock):
    moment = now()
    others = {"group_id": 9, "title": "x", "text": "x", "created_by": 1, "created_at": moment, "updated_at": moment}
    states = ("draft", "published", "withdrawn", "scheduled")
    later = moment + timedelta(days=30)
    Announcement.collection().insert_many(
        {**others, "revision": 1, "status": states[number % 4], "publish_at": later} for number in range(400)
    )
    schedule(4)
    move_clock(hours=2)

    with plans:
        assert scheduling.publish_due() == 4

    assert plans.scans == []
    assert plans.examined("announcements") < 20


def test_lists_are_read_by_indexes(client, course, owner, learner, plans):
    make_class(course, learner, staff=owner)
    make_seat(learner, make_course(owner))
    for _ in range(2):
        announced(client, course, owner)
    more = client.get("/users/me/announcements?limit=1", auth=learner).headers["Link"].partition(">")[0][1:]

    with plans:
        for path in (f"/courses/{course.id}", "/users/me"):
            for person in (owner, learner):
                assert client.get(f"{path}/announcements", auth=person).status_code == 200
        assert len(client.get(more, auth=learner).json) == 1

    assert plans.scans == []
