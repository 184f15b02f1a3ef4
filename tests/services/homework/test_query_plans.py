"""Every query of submissions has an index."""

from decimal import Decimal

from bson import ObjectId

from learnstream.documents.base import ensure_indexes
from learnstream.services.homework import (
    claims,
    following,
    grading_queue,
    lateness,
    marking,
    releasing,
    returning,
    staff_list,
    staff_view,
    submission_files,
    submissions,
)
from learnstream.services.homework.marking import Given
from learnstream.stores.keyset import Part
from tests.submissions import store_submission


def test_no_query_of_a_learners_submissions_scans(plans, save, submit, homework, learner):
    ensure_indexes()
    save(homework, "First")

    with plans:
        save(homework, "Second")
        submit(homework)
        submit(homework)
        submissions.own(learner.id, homework.id)
        submission_files.named([ObjectId()])
        submission_files.handed_in_with("f" * 24)
        following.follow_changes()

    assert [each for each in plans.scans if each[0] == "submissions"] == []
    assert plans.examined("submissions") < 20


def test_no_query_of_staff_scans(plans, learner, course, homework):
    ensure_indexes()
    submission_id = store_submission(learner, homework)
    criteria = {"to_group_staff": None, "course_id": course.id}

    with plans:
        staff_list.browse(homework.id, part=Part(), **criteria, user_id=learner.id, state="submitted", late=False)
        grading_queue.browse(course.id, part=Part(), to_group_staff=None, lesson_id=homework.id)
        claims.claim(submission_id, by=1)
        staff_view.shown(marking.mark(submission_id, Given(by=1, points=Decimal(5))))
        returning.give_back(submission_id, comment="Again.", by=1)
        releasing.release(homework.id, by=1)
        lateness.apply({"user_ids": [learner.id], "lesson_ids": [homework.id]})

    assert plans.scans == []
