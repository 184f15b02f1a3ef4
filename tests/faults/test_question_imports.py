"""Workers that are killed during an import of questions: each question goes in once, and each has one outcome."""

import pytest
from bson import ObjectId

from learnstream.documents.question import Question
from learnstream.services.foundation import outbox
from learnstream.services.quizzes.imports import jobs
from tests.question_imports import create, upload

TOTAL = 120
GIFT = "\n\n".join(f"::q{number}::Question {number} {{=a}}" for number in range(TOTAL)).encode()


@pytest.mark.parametrize(
    ("moment", "commit"),
    [
        ("before_commit", 5),
        *[pytest.param("before_commit", number, marks=pytest.mark.thorough) for number in (2, 3, 4, 6, 7)],
        *[pytest.param("after_commit", number, marks=pytest.mark.thorough) for number in (3, 4, 5)],
    ],
)
def test_an_import_whose_worker_is_killed_takes_each_question_once(client, course, owner, kill_worker, moment, commit):
    created = create(client, course, owner, upload(owner, GIFT, "questions.gift")).json
    state = f"/courses/{course.id}/questions/imports/{created['id']}"
    of_course = {"course_id": ObjectId(course.id)}

    kill_worker(jobs.TOPIC, moment, commit)
    halfway = client.get(state, auth=owner).json
    assert halfway["state"] != "done"
    assert halfway["done"] == sum(halfway["counts"].values()) <= Question.collection().count_documents(of_course)
    outbox.relay(topic=jobs.TOPIC)

    done = client.get(state, auth=owner).json
    assert (done["state"], done["done"], done["counts"]["failed"]) == ("done", TOTAL, 0)
    assert done["counts"]["created"] + done["counts"]["unchanged"] == TOTAL
    assert Question.collection().count_documents(of_course) == TOTAL
    assert len(Question.collection().distinct("key", of_course)) == TOTAL
