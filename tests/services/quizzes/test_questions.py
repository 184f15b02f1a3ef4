"""The bank of a course as quizzes and attempts read it."""

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents.question import Question, QuestionKind, QuestionVersion
from learnstream.errors.questions import NoSuchQuestionVersion
from learnstream.services.quizzes import question_versions, questions
from learnstream.stores.redis import redis
from tests.factories import make_question


@pytest.fixture
def version_ids(course):
    made = [make_question(course, kind) for kind in ("single_choice", "cloze", "essay")]
    return [str(questions.find(question_id)["version_id"]) for question_id in made]


def test_a_version_stays_as_it_was(owner, version_ids):
    question_id = questions.versions(version_ids)[version_ids[0]].question_id

    changed = questions.change(question_id=question_id, changes={"stem": "New"}, changed_by=owner.id)

    current = str(changed["version_id"])
    assert questions.versions([current])[current].stem == "New"
    assert questions.versions(version_ids)[version_ids[0]].stem == "Which?"


def test_versions_are_read_once(version_ids, fresh_process):
    found = questions.versions(version_ids)
    QuestionVersion.collection().delete_many({})

    assert questions.versions(version_ids) == found
    fresh_process()
    assert questions.versions(version_ids) == found
    fresh_process()
    redis.client.flushdb()
    with pytest.raises(NoSuchQuestionVersion):
        questions.versions(version_ids)


@pytest.fixture
def fresh_process():
    """Forget what this process has read."""
    question_versions.known.clear()
    return question_versions.known.clear


def test_an_unknown_version_is_named(version_ids):
    with pytest.raises(NoSuchQuestionVersion):
        questions.versions([*version_ids, str(ObjectId())])
    assert questions.versions([]) == {}


@pytest.mark.parametrize(
    "filters", [{}, {"kind": QuestionKind.ESSAY}, {"tag": "rare"}, {"query": "rar"}, {"archived": True}]
)
def test_a_list_reads_little_more_than_it_shows(course, filters):
    for number in range(60):
        make_question(course, "essay" if number % 20 == 0 else "numeric", tags=["rare"] if number % 20 == 0 else [])
    Question.collection().update_one({}, {"$set": {"archived_at": now()}})
    wanted = questions.matching(course.id, **filters)

    plan = Question.collection().find(wanted, sort=questions.NEWEST.sort, limit=3).explain()["executionStats"]

    assert 1 <= plan["nReturned"] <= plan["totalDocsExamined"] <= 4
