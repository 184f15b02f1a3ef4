import pytest
from bson import ObjectId

from learnstream.services.quizzes import bank, questions
from tests.factories import make_question


@pytest.fixture
def question_id(course):
    return make_question(course, tags=["planets"])


def test_an_archived_question_is_drawn_no_more_but_stays_readable(client, owner, course, question_id):
    [drawn] = bank.of_course(ObjectId(course.id)).tagged(["planets"])
    version_id = str(drawn["version_id"])

    assert client.delete(f"/questions/{question_id}", auth=owner).status_code == 204

    assert bank.of_course(ObjectId(course.id)).available == []
    assert questions.versions([version_id])[version_id].question_id == question_id
    assert client.get(f"/questions/{question_id}", auth=owner).json["archived_at"]


def test_archiving_again_changes_nothing(client, owner, question_id):
    client.delete(f"/questions/{question_id}", auth=owner)
    before = client.get(f"/questions/{question_id}", auth=owner)

    assert client.delete(f"/questions/{question_id}", auth=owner).status_code == 204

    after = client.get(f"/questions/{question_id}", auth=owner)
    assert (after.json, after.headers["ETag"]) == (before.json, before.headers["ETag"])


def test_a_stale_version_is_not_archived(client, owner, question_id):
    assert client.delete(f"/questions/{question_id}", auth=owner, headers={"If-Match": '"9"'}).status_code == 412


def test_only_staff_archive_questions(client, learner, stranger, question_id):
    assert {client.delete(f"/questions/{question_id}", auth=each).status_code for each in (learner, stranger)} == {404}
