"""Workers that are killed while lateness is computed anew: each submission has it once, and none is left out."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from learnstream.clock import now
from learnstream.documents import Submission
from learnstream.models import OutboxMessage
from learnstream.services.enrollment import accommodated
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from tests.homework import learner_of, make_assignment_lesson
from tests.submissions import store_submission

TOTAL = 5
WRITES = [(moment, number) for number in (1, 2, 3) for moment in ("started", "succeeded")]
SHOWN = ("succeeded", 2)


def make_due():
    """Have the commands be tried now, as when a lease is over."""
    db.session.rollback()
    db.session.execute(update(OutboxMessage).values(next_try_at=now()))
    db.session.commit()


@pytest.mark.parametrize(
    ("moment", "number"),
    [pytest.param(*each, marks=() if each == SHOWN else pytest.mark.thorough) for each in WRITES],
)
def test_lateness_whose_worker_is_killed_is_computed_once(course, kill_process, moment, number):
    due = {"at": (now() - timedelta(hours=30)).isoformat()}
    lesson = make_assignment_lesson(course, due=due, late={"percent": 10, "per": "day"})
    learners = [learner_of(course) for _ in range(TOTAL)]
    for each in learners:
        store_submission(each, lesson)
    accommodated.request(accommodated.EXTENSIONS, [each.id for each in learners], [lesson.id])
    db.session.commit()

    kill_process("attempt_and_die", moment, str(number))
    make_due()
    outbox.relay(topic=accommodated.EXTENSIONS)

    for each in Submission.collection().find():
        assert (each["penalty"].to_decimal(), each["revision"], each["pending_grade"]) == (20, 3, 3)
        assert [change["cause"] for change in each["history"]] == ["lateness"]
    db.session.rollback()
    assert db.session.query(OutboxMessage).filter(OutboxMessage.done_at.is_(None)).count() == 0
