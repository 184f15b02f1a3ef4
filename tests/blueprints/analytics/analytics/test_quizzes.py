"""Quizzes in figures: attempts begin them, passing completes them."""

import pytest

from learnstream.services.analytics import rollup
from tests.attempts import given, save, start, submit
from tests.factories import make_course, make_person, make_question, make_quiz_lesson, make_seat


@pytest.fixture
def examined(client, owner):
    """A course with a quiz that Lea has passed, Max has not, and Ann has not begun."""
    course = make_course(owner, [], published=False)
    question = make_question(course, "true_false")
    lesson = make_quiz_lesson(course, [question])
    people = [make_person(name=name) for name in ("Lea", "Max", "Ann")]
    for person in people:
        make_seat(person, course)
    for person, answer in zip(people[:2], (True, False), strict=True):
        attempt = start(client, person, lesson)
        save(client, person, attempt, given(question, answer))
        submit(client, person, attempt)
    rollup.run(rest=0)
    return course, lesson


def test_the_funnel_counts_attempts_and_those_who_passed(get_figures, examined):
    course, _ = examined
    [step] = get_figures(f"/courses/{course.id}/analytics")["funnel"]

    assert (step["kind"], step["started"], step["completed"]) == ("quiz", 2, 1)


def test_a_quiz_has_no_retention_curve(get_figures, examined):
    _, lesson = examined
    found = get_figures(f"/lessons/{lesson.id}/analytics")

    assert (found["kind"], found["videos"], found["retention"]) == ("quiz", [], None)


def test_the_learners_table_counts_passed_quizzes(client, owner, examined):
    course, _ = examined
    rows = client.get(f"/courses/{course.id}/learners", auth=owner).json

    assert {row["name"]: (row["fraction"], row["last_active_at"] is not None) for row in rows} == {
        "Lea": (1.0, True),
        "Max": (0.0, True),
        "Ann": (0.0, False),
    }
