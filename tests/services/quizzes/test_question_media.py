"""The files that questions show."""

import pytest
from bson import Decimal128, ObjectId

from learnstream.documents.attempt import Attempt
from learnstream.documents.question import Question, QuestionVersion
from learnstream.services.authoring import removal
from learnstream.services.enrollment import enrollments
from learnstream.services.quizzes import question_media, questions
from learnstream.stores.sql import db
from tests.factories import make_course, make_question
from tests.files import make_document_with_bytes


@pytest.fixture
def file_id(owner):
    return make_document_with_bytes(owner, purpose="attachment")


@pytest.fixture
def draft(owner, file_id):
    """An unpublished course with a question that shows the file."""
    course = make_course(owner, published=False)
    make_question(course, media=[file_id])
    return course


def is_named(file_id):
    return question_media.named([ObjectId(file_id), ObjectId()]) == {ObjectId(file_id)}


def read(client, file_id, auth):
    with client.get(f"/files/{file_id}/content", auth=auth) as response:
        return response.status_code


def test_a_file_of_no_question_is_not_named(file_id):
    assert not is_named(file_id)


def test_a_question_names_its_files_also_in_older_versions(owner, draft, file_id):
    [question] = Question.collection().find()

    questions.change(question_id=str(question["_id"]), changes={"media": []}, changed_by=owner.id)

    assert is_named(file_id)
    assert question_media.courses_naming(file_id) == [draft.id]


def test_a_file_in_use_is_not_deleted(client, owner, draft, file_id):
    assert client.delete(f"/files/{file_id}", auth=owner).json["code"] == "file_in_use"


def test_a_deleted_course_has_no_questions(draft, file_id):
    removal.delete(course_id=draft.id, deleted_by=1)
    removal.purge(draft.id)
    db.session.commit()

    assert not is_named(file_id)
    assert Question.collection().count_documents({}) == QuestionVersion.collection().count_documents({}) == 0


def test_the_course_s_staff_reads_the_files_of_its_questions(
    client, owner, other_owner, admin, learner, stranger, course
):
    file_id = make_document_with_bytes(admin, purpose="attachment")
    assert read(client, file_id, owner) == 404

    make_question(course, media=[file_id])

    assert read(client, file_id, owner) == 200
    assert {read(client, file_id, each) for each in (other_owner, learner, stranger)} == {404}


def test_a_learner_reads_the_files_of_the_questions_in_their_attempts(
    client, owner, learner, stranger, course, file_id
):
    question = questions.find(make_question(course, media=[file_id]))
    other = questions.find(make_question(course))
    assert read(client, file_id, learner) == 404
    make_attempt(learner, course, other)
    assert read(client, file_id, learner) == 404

    make_attempt(learner, course, question)

    assert read(client, file_id, learner) == 200
    assert {read(client, file_id, each) for each in (stranger, None)} == {404, 401}


def test_the_files_of_a_learner_s_attempts_need_an_enrollment(client, learner, course, file_id):
    """Like the attempts themselves."""
    make_attempt(learner, course, questions.find(make_question(course, media=[file_id])))
    enrollments.withdraw(user_id=learner.id, course_id=course.id)
    db.session.commit()

    assert read(client, file_id, learner) == 404


def make_attempt(person, course, question):
    item = {
        "question_id": question["_id"],
        "version_id": question["version_id"],
        "points": Decimal128("1"),
        "section": 0,
    }
    about = {"user_id": person.id, "course_id": ObjectId(course.id), "lesson_id": ObjectId(), "number": 1}
    Attempt.collection().insert_one({**about, "items": [item]})
