"""Workers that are killed during an import of grades: each grade is given once, and each row has one outcome."""

import pytest
from bson import ObjectId

from learnstream.documents import Submission
from learnstream.services.foundation import outbox
from learnstream.services.homework.imports import jobs
from tests.factories import make_person
from tests.grade_imports import create, table, upload
from tests.homework import make_assignment_lesson
from tests.submissions import store_submission

TOTAL = 120


@pytest.mark.parametrize(
    ("moment", "commit"),
    [
        ("before_commit", 4),
        *[pytest.param("before_commit", number, marks=pytest.mark.thorough) for number in (2, 3, 5, 6)],
        *[pytest.param("after_commit", number, marks=pytest.mark.thorough) for number in (3, 4, 5)],
    ],
)
def test_an_import_whose_worker_is_killed_gives_each_grade_once(client, course, owner, kill_worker, moment, commit):
    lesson = make_assignment_lesson(course)
    ids = [store_submission(make_person(), lesson) for _ in range(TOTAL)]
    data = table(("submission_id", "points"), *((each, number % 11) for number, each in enumerate(ids)))
    created = create(client, lesson, owner, upload(owner, data)).json
    state = f"/lessons/{lesson.id}/grades/imports/{created['id']}"

    kill_worker(jobs.TOPIC, moment, commit)
    halfway = client.get(state, auth=owner).json
    assert halfway["state"] != "done"
    assert halfway["done"] == sum(halfway["counts"].values())
    outbox.relay(topic=jobs.TOPIC)

    done = client.get(state, auth=owner).json
    assert (done["state"], done["done"], done["counts"]["failed"]) == ("done", TOTAL, 0)
    assert done["counts"]["graded"] + done["counts"]["unchanged"] == TOTAL
    for number, each in enumerate(ids):
        found = Submission.collection().find_one({"_id": ObjectId(each)})
        assert (found["grade"]["points"].to_decimal(), len(found["history"])) == (number % 11, 1)
