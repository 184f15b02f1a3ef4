"""Lessons of kind quiz, in everything that versions do."""

from decimal import Decimal

import pytest

from learnstream.documents import Quiz
from learnstream.services.assessment import quizzes
from learnstream.services.authoring.publishing import Learners
from learnstream.services.delivery import syllabus
from learnstream.services.quizzes import questions
from tests.factories import (
    make_course,
    make_person,
    make_question,
    make_quiz_lesson,
    make_seat,
    publish,
    put_quiz,
    section,
)

QUIZ = {
    "question_count": 2,
    "max_points": 3.5,
    "time_limit": 900,
    "attempts_allowed": 1,
    "wait": 0,
    "score_of": "highest",
    "pass_fraction": 0.6,
    "closes": {"after_days": 30},
    "navigation": "free",
    "access_code_needed": True,
}


@pytest.fixture
def course(owner):
    return make_course(owner)


@pytest.fixture
def quiz(course):
    """A published quiz lesson."""
    chosen = [(make_question(course), 1), (make_question(course, "essay"), 2.5)]
    rules = {"time_limit": 900, "pass_fraction": 0.6, "closes": {"after_days": 30}, "access_code": "Orion"}
    return make_quiz_lesson(course, chosen, **rules)


@pytest.fixture
def learner(course, quiz):
    person = make_person()
    make_seat(person, course)
    return person


def frozen_in(course, number, lesson):
    return quizzes.frozen(syllabus.get(course.id, number).lesson(lesson.id).quiz_id)


def shown(client, course, auth=None, **query):
    return client.get(f"/courses/{course.id}/lessons", auth=auth, query_string=query).json[-1]["quiz"]


def test_outlines_and_lessons_describe_the_quiz_without_its_questions(client, course, quiz, learner):
    [*_, entry] = client.get(f"/courses/{course.id}/lessons").json

    assert (entry["kind"], entry["quiz"], entry["completion"]) == ("quiz", QUIZ, {"rule": "passed", "threshold": None})
    assert client.get(f"/lessons/{quiz.id}", auth=learner).json["quiz"] == QUIZ


def test_publishing_freezes_the_versions_of_questions(client, course):
    question_id = make_question(course)
    lesson = make_quiz_lesson(course, [question_id])
    before = questions.find(question_id)["version_id"]
    questions.change(question_id=question_id, changes={"stem": "What?"}, changed_by=1)
    publish(course)

    [old], [new] = (frozen_in(course, number, lesson).sections[0].questions for number in (2, 3))
    assert old.version_id == str(before)
    assert new.version_id == str(questions.find(question_id)["version_id"]) != old.version_id


def test_publishing_freezes_the_pools_of_draws(course):
    moons = [make_question(course, tags=["moon", "sky"]) for _ in range(3)]
    fixed, _ = make_question(course, tags=["moon"]), make_question(course, tags=["sky"])
    drawn = {"draw": {"count": 2, "tags": ["moon"], "points": 0.1}}
    lesson = make_quiz_lesson(course, sections=[section(fixed), drawn])
    make_question(course, tags=["moon"])

    quiz = frozen_in(course, 2, lesson)
    assert [question_id for question_id, _ in quiz.sections[1].draw.pool] == moons
    assert (quiz.question_count, quiz.max_points) == (3, Decimal("1.2"))


def test_publishing_again_stores_nothing_new(course, quiz):
    before = Quiz.collection().count_documents({})
    publish(course)

    assert Quiz.collection().count_documents({}) == before == 2
    assert frozen_in(course, 2, quiz) == frozen_in(course, 3, quiz)


def test_a_version_keeps_its_quiz(client, course, quiz, learner):
    put_quiz(quiz, [section(make_question(course))])
    in_draft = shown(client, course, learner)
    publish(course, Learners.KEEP)

    assert in_draft == shown(client, course, learner) == QUIZ
    assert shown(client, course)["question_count"] == 1


def test_restoring_a_version_restores_the_settings(client, owner, course, quiz):
    before = client.get(f"/lessons/{quiz.id}/quiz", auth=owner).json
    put_quiz(quiz, [section(make_question(course))], access_code=None)
    publish(course)

    client.post(f"/courses/{course.id}/versions/2/restore", auth=owner)

    assert client.get(f"/lessons/{quiz.id}/quiz", auth=owner).json == before
    publish(course)
    assert frozen_in(course, 4, quiz) == frozen_in(course, 2, quiz)


def test_a_draft_that_would_be_published_alike_does_not_differ(client, owner, course, quiz):
    assert client.get(f"/courses/{course.id}/versions/diff", auth=owner).json["lessons"] == []


def test_the_diff_shows_both_quizzes(client, owner, course, quiz):
    put_quiz(quiz, [section((make_question(course), 4))])

    found = client.get(f"/courses/{course.id}/versions/diff", auth=owner).json

    [lesson] = found["lessons"]
    [field] = lesson["fields"]
    assert (field["field"], lesson["quiz_replaced"], found["counts"]["quizzes_replaced"]) == ("quiz", True, 1)
    assert [field[side]["max_points"] for side in ("before", "after")] == [3.5, 4.0]


def test_the_diff_notices_a_changed_question(client, owner, course):
    question_id = make_question(course)
    make_quiz_lesson(course, [question_id])
    questions.change(question_id=question_id, changes={"stem": "What?"}, changed_by=owner.id)

    [lesson] = client.get(f"/courses/{course.id}/versions/diff", auth=owner).json["lessons"]

    [field] = lesson["fields"]
    assert field["before"].pop("digest") != field["after"].pop("digest")
    assert field["before"] == field["after"]


def publish_by(client, owner, course):
    preview = client.get(f"/courses/{course.id}/publish-preview", auth=owner).json
    return preview, client.post(f"/courses/{course.id}/publish", json={}, auth=owner)


@pytest.mark.parametrize("has_settings", [True, False])
def test_a_quiz_without_questions_is_not_published(client, owner, course, quiz, has_settings):
    client.delete(f"/lessons/{quiz.id}/quiz", auth=owner)
    if has_settings:
        put_quiz(quiz, [])

    preview, response = publish_by(client, owner, course)

    assert (response.status_code, response.json["code"]) == (409, "nothing_to_answer")
    assert response.json["lessons"] == [{"id": quiz.id, "title": "Quiz"}]
    assert (preview["publishable"], [each["quiz_problem"] for each in preview["warnings"]][-1]) == (
        False,
        "nothing_to_answer",
    )


def test_a_quiz_with_an_archived_question_is_not_published(client, owner, course):
    question_id = make_question(course)
    lesson = make_quiz_lesson(course, [question_id])
    questions.archive(question_id)

    preview, response = publish_by(client, owner, course)

    assert (response.status_code, response.json["code"]) == (422, "quiz_not_publishable")
    [problem] = response.json["quizzes"]
    assert (problem["lesson_id"], problem["code"]) == (lesson.id, "question_archived")
    assert preview["warnings"][-1]["quiz_problem"] == "question_archived"
    assert client.get(f"/courses/{course.id}").json["version"] == 2


def test_a_draw_larger_than_its_pool_is_not_published(client, owner, course):
    pool = [make_question(course, tags=["moon"]) for _ in range(2)]
    make_quiz_lesson(course, sections=[{"draw": {"count": 2, "tags": ["moon"], "points": 1}}])
    questions.archive(pool[0])

    preview, response = publish_by(client, owner, course)

    assert response.json["quizzes"][0]["code"] == preview["warnings"][-1]["quiz_problem"] == "draw_too_large"


@pytest.mark.parametrize(("rule", "status"), [("passed", 201), ("submitted", 201), ("opened", 422), ("manual", 422)])
def test_quizzes_are_completed_by_passing_or_submitting(client, owner, course, rule, status):
    body = {"title": "Quiz", "kind": "quiz", "completion": {"rule": rule}}

    assert client.post(f"/courses/{course.id}/lessons", json=body, auth=owner).status_code == status


@pytest.mark.parametrize("report", [{"opened": True}, {"completed": True}])
def test_a_learner_cannot_complete_a_quiz_by_a_report(client, learner, quiz, report):
    path = f"/lessons/{quiz.id}/progress"
    client.put(path, json=report, auth=learner)

    assert not client.get(path, auth=learner).json["completed"]


def test_a_heartbeat_is_rejected(client, learner, quiz):
    body = {"seq": 1, "client_time": "2026-03-01T12:00:00Z", "position": 1, "played": []}

    response = client.put(f"/lessons/{quiz.id}/progress", json=body, auth=learner)

    assert (response.status_code, response.json["code"]) == (404, "not_a_video")


def test_a_quiz_is_open_to_learners(client, learner, course, quiz):
    assert client.get(f"/lessons/{quiz.id}/access", auth=learner).json["allowed"]
    assert client.get(f"/courses/{course.id}/access", auth=learner).json["lessons"][-1]["allowed"]
