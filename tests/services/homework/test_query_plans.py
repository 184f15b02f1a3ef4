"""Every query of submissions has an index."""

from bson import ObjectId

from learnstream.documents.base import ensure_indexes
from learnstream.services.homework import following, submission_files, submissions


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
