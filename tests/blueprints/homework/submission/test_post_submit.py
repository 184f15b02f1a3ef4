"""Handing in drafts."""

from datetime import timedelta
from decimal import Decimal

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Submission
from learnstream.schemas.foundation.events import SHAPES
from learnstream.services.analytics import pending_events
from learnstream.services.foundation import events
from tests.factories import publish
from tests.homework import hand_in, put_assignment, save_draft, submissions_of


def in_(**period):
    return {"at": (now() + timedelta(**period)).isoformat()}


def stored(submission):
    return Submission.collection().find_one({"_id": ObjectId(submission["id"])})


def submit(client, learner, homework, status, headers=None):
    response = client.post(f"/lessons/{homework.id}/submission/submit", headers=headers, auth=learner)
    assert response.status_code == status, response.json
    return response.json


def is_completed(client, learner, homework):
    return client.get(f"/lessons/{homework.id}/progress", auth=learner).json["completed"]


def test_a_draft_is_handed_in(client, learner, homework):
    receipt = hand_in(client, learner, homework)

    assert (receipt["number"], receipt["state"], receipt["late_seconds"], receipt["penalty"]) == (1, "submitted", 0, 0)
    found = submissions_of(client, learner, homework)
    assert found["draft"] is None
    [submission] = found["submissions"]
    assert submission | receipt == submission
    assert (submission["text"], submission["grade"]) == ("The sun lights it.", None)


def test_handing_in_again_changes_nothing(client, learner, homework):
    receipt = hand_in(client, learner, homework)
    before = stored(receipt)

    again = submit(client, learner, homework, 200)

    assert (again, stored(receipt)) == (receipt, before)


def test_the_grade_of_record_is_due_with_the_revision_that_handed_in(client, learner, homework):
    found = stored(hand_in(client, learner, homework))

    assert (found["pending_grade"], found["revision"]) == (2, 2)


def test_a_later_submission_supersedes_earlier_ones(client, learner, homework):
    first, second = hand_in(client, learner, homework), hand_in(client, learner, homework, text="Better")

    assert second["number"] == 2
    assert [stored(each)["superseded"] for each in (first, second)] == [True, False]
    assert [each["text"] for each in submissions_of(client, learner, homework)["submissions"]] == [
        "Better",
        "The sun lights it.",
    ]


@pytest.mark.parametrize(
    "content", [None, {"text": None}, {"text": ""}, {"text": " \n"}, {"url": ""}, {"file_ids": []}]
)
def test_nothing_cannot_be_handed_in(client, learner, homework, content):
    if content is not None:
        save_draft(client, learner, homework, **content)

    assert submit(client, learner, homework, 409)["code"] == "nothing_to_submit"


def test_what_comes_late_is_accepted_and_says_so(client, learner, make_homework, move_clock):
    homework = make_homework(due=in_(hours=1), late={"percent": 10, "per": "day", "floor_percent": 50})
    save_draft(client, learner, homework, text="Late")
    move_clock(days=1, hours=2)

    receipt = submit(client, learner, homework, 201)

    assert receipt["penalty"] == 20
    assert 25 * 3600 <= receipt["late_seconds"] < 25 * 3600 + 60
    assert stored(receipt)["penalty"].to_decimal() == Decimal(20)


def test_a_draft_that_was_begun_in_time_is_not_accepted_after_the_end(client, learner, make_homework, move_clock):
    homework = make_homework(due=in_(hours=1), accepted_until=in_(hours=2))
    save_draft(client, learner, homework, text="Too late")
    move_clock(hours=3)

    assert submit(client, learner, homework, 409)["code"] == "submission_closed"
    assert save_draft(client, learner, homework, text="Later", status=409).json["code"] == "submission_closed"
    found = submissions_of(client, learner, homework)
    assert (found["draft"]["text"], found["may_submit"], found["reason"]) == ("Too late", False, "submission_closed")


def test_a_receipt_is_repeated_after_the_end(client, learner, make_homework, move_clock):
    homework = make_homework(accepted_until=in_(hours=1))
    receipt = hand_in(client, learner, homework)
    move_clock(hours=2)

    assert submit(client, learner, homework, 200) == receipt


def test_submissions_are_limited(client, learner, make_homework):
    homework = make_homework(attempts_allowed=2)
    hand_in(client, learner, homework)
    assert submissions_of(client, learner, homework)["attempts_left"] == 1
    hand_in(client, learner, homework, text="Better")

    assert save_draft(client, learner, homework, text="More", status=409).json["code"] == "submissions_exhausted"
    found = submissions_of(client, learner, homework)
    assert (found["attempts_left"], found["may_submit"], found["reason"]) == (0, False, "submissions_exhausted")


def test_exactly_the_draft_of_the_tag_is_handed_in(client, learner, homework):
    seen = save_draft(client, learner, homework, text="Seen").headers["ETag"]
    changed = save_draft(client, learner, homework, text="Changed on the phone").headers["ETag"]

    submit(client, learner, homework, 412, headers={"If-Match": seen})
    assert submissions_of(client, learner, homework)["submissions"] == []
    submit(client, learner, homework, 201, headers={"If-Match": changed})
    submit(client, learner, homework, 200, headers={"If-Match": changed})


def test_a_submission_is_an_event_without_its_content(client, course, learner, homework):
    receipt = hand_in(client, learner, homework)
    pending_events.move()
    pending_events.move()
    events.publish()

    [event] = [each for each in events.browse(after=None, limit=99) if each.type == "submission.submitted"]
    assert event.data == {
        "submission_id": receipt["id"],
        "user_id": learner.id,
        "course_id": course.id,
        "lesson_id": homework.id,
        "number": 1,
    }
    shape = SHAPES[event.type]()
    assert shape.validate(shape.dump(event)) == {}


def test_an_anonymous_submission_names_nobody(client, learner, make_homework):
    receipt = hand_in(client, learner, make_homework(anonymous=True))

    [event] = stored(receipt)["pending_events"]
    assert event["data"]["user_id"] is None
    assert str(learner.id) not in event["id"].split(":")
    # The learner's completion of the lesson has the time.
    assert event["at"].isoformat()[:19] == f"{receipt['submitted_at'][:10]}T00:00:00"


def test_handing_in_completes_the_lesson_by_default(client, learner, homework):
    save_draft(client, learner, homework, text="The moon")
    assert not is_completed(client, learner, homework)

    hand_in(client, learner, homework)

    assert is_completed(client, learner, homework)


def test_a_draft_that_the_assignment_no_longer_takes_is_not_handed_in(client, learner, course, homework):
    save_draft(client, learner, homework, url="https://moon.example.com/")
    put_assignment(homework, kinds=["text"])
    publish(course)

    problem = submit(client, learner, homework, 422)

    assert problem["errors"] == {"json": {"url": ["This assignment takes no url."]}}
    assert submissions_of(client, learner, homework)["draft"]["url"]


def test_a_lesson_of_another_kind_takes_no_homework(client, learner, course):
    assert submit(client, learner, course.lessons[0], 404)["code"] == "not_an_assignment"
