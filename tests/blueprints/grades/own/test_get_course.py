import json

import pytest

from learnstream.schemas.grades.gradebook import CourseGradesSchema
from learnstream.services.authoring.publishing import Learners
from learnstream.services.grades import moving
from learnstream.stores.sql import db
from tests.attempts import given, save, start, submit
from tests.factories import make_course, make_quiz_lesson, make_seat, publish
from tests.grades import excuse, give, my_grades, override, put_grading
from tests.homework import hand_in, learner_of, make_assignment_lesson
from tests.problems import outcome

PAST = {"at": "2026-01-02T12:00:00Z"}


def lines(sheet):
    """Return the parts and points of lessons, in order."""
    return [(each["part"], each["points"]) for each in sheet["lessons"]]


@pytest.fixture
def homework(course):
    return [make_assignment_lesson(course, title=f"Homework {number}", points=10) for number in range(3)]


def test_without_settings_all_points_count(client, learner, course, homework):
    give(learner, course, homework[0], 8)
    give(learner, course, homework[1], 3.5)

    found = my_grades(client, course, learner)

    assert (found["percent"], found["label"], found["passed"]) == (57.5, None, True)
    assert (found["marked"], found["lesson_count"], found["categories"]) == (2, 3, [])
    assert lines(found) == [("counted", 8), ("counted", 3.5), ("ungraded", None)]
    assert found["explanation"] == ["11.5 of 20 points are 57.5%.", "The course is passed: 50% are needed."]
    assert [each["explanation"] for each in found["lessons"]] == [
        "8 of 10 points count.",
        "3.5 of 10 points count.",
        "Nothing was handed in: it does not count so far.",
    ]


def test_categories_are_weighted_and_explained(client, learner, course, homework):
    lessons = {each.id: {"category_id": "a"} for each in homework[:2]} | {homework[2].id: {"category_id": "b"}}
    categories = [
        {"id": "a", "title": "Diaries", "weight": 1, "drop_lowest": 1},
        {"id": "b", "title": "Essay", "weight": 3},
    ]
    put_grading(course, categories=categories, lessons=lessons, scale=[{"label": "A", "from": 0.9}], pass_fraction=0.9)
    for lesson, points in zip(homework, (9, 5, 9), strict=True):
        give(learner, course, lesson, points)

    found = my_grades(client, course, learner)

    assert lines(found) == [("counted", 9), ("dropped", 5), ("counted", 9)]
    assert [(each["percent"], each["weight_percent"], each["points"]) for each in found["categories"]] == [
        (90, 25, 9),
        (90, 75, 9),
    ]
    assert found["explanation"] == [
        "25% of 90% and 75% of 90% make 90%.",
        "That is “A”.",
        "The course is passed: 90% are needed.",
    ]
    assert found["categories"][0]["explanation"] == "Diaries: 9 of 10 points are 90%, with 25% of the weight."


def test_every_way_of_not_counting_is_said(client, learner, course, homework):
    late = make_assignment_lesson(course, title="Late", due=PAST)
    bonus = make_assignment_lesson(course, title="Bonus")
    put_grading(course, lessons={bonus.id: {"extra_credit": True}}, missing="zero_after_due")
    give(learner, course, homework[0], None, **excuse())
    give(learner, course, homework[1], 7, **override(6))
    give(learner, course, homework[2], None)
    give(learner, course, bonus, 2)

    found = my_grades(client, course, learner)

    assert lines(found) == [
        ("excused", None),
        ("counted", 6),
        ("ungraded", None),
        ("missing", None),
        ("extra_credit", 2),
    ]
    assert found["percent"] == 40
    assert [each["explanation"] for each in found["lessons"]] == [
        "Excused: it counts neither for nor against the total.",
        "The points were set by the course's staff. 6 of 10 points count.",
        "Handed in and not marked yet: it does not count so far.",
        "Nothing was handed in before the deadline: it counts as 0 of 10 points.",
        "Extra credit: 2 points are added to those earned, and nothing to the maximum.",
    ]
    assert found["lessons"][3]["deadline_at"] == "2026-01-02T12:00:00+00:00"
    assert late.id == found["lessons"][3]["lesson_id"]


def test_what_lateness_took_is_said(client, learner, course, homework):
    give(learner, course, homework[0], 6.3, raw_points=7, penalty=10, late_seconds=3600)

    lesson = my_grades(client, course, learner)["lessons"][0]

    assert lesson["late"] == {"seconds": 3600, "percent": 10, "points": 7}
    assert lesson["explanation"].startswith("Handed in 1 hour late, which takes 10% of 7 points.")


@pytest.mark.parametrize("marked", [False, True])
@pytest.mark.parametrize("columns", [{}, override(9, released=False), excuse(released=False)])
def test_a_grade_that_is_held_back_makes_no_difference(client, learner, course, columns, marked):
    held, other = make_assignment_lesson(course, release="held"), make_assignment_lesson(course)
    give(learner, course, other, 5)
    submitted = give(learner, course, held, None)
    before = client.get(f"/courses/{course.id}/grades/me", auth=learner), client.get("/users/me/grades", auth=learner)

    for name, value in {**({"points": 7.77, "awaiting": False} if marked else {}), **columns}.items():
        setattr(submitted, name, value)
    submitted.revision = 3
    db.session.add(submitted)
    db.session.commit()
    after = client.get(f"/courses/{course.id}/grades/me", auth=learner), client.get("/users/me/grades", auth=learner)

    assert [each.data for each in after] == [each.data for each in before]
    assert lines(before[0].json)[0] == ("held", None)
    assert before[0].json["percent"] == 50


def test_the_last_release_is_shown_until_the_next(client, learner, course):
    lesson = make_assignment_lesson(course, release="held")
    give(learner, course, lesson, 9, released_points=4, raw_points=10, penalty=10, late_seconds=60)

    found = my_grades(client, course, learner)

    assert lines(found) == [("counted", 4)]
    assert "9" not in json.dumps(found["lessons"][0]["explanation"])
    assert found["lessons"][0]["late"] is None


@pytest.mark.parametrize(("when", "shown"), [("at_once", True), ("never", False), ("after_last_attempt", False)])
def test_a_score_of_a_quiz_is_shown_as_its_review_policy_says(client, learner, course, when, shown):
    quiz = make_quiz_lesson(course, review={"score": when}, attempts_allowed=2)
    give(learner, course, quiz, 1, 1)

    found = my_grades(client, course, learner)

    assert lines(found) == ([("counted", 1)] if shown else [("held", None)])
    assert found["percent"] == (100 if shown else None)


def test_a_score_is_shown_after_the_last_attempt(client, learner, course):
    quiz = make_quiz_lesson(course, review={"score": "after_last_attempt"}, attempts_allowed=1)
    submit(client, learner, start(client, learner, quiz))
    give(learner, course, quiz, 0, 1)

    assert lines(my_grades(client, course, learner)) == [("counted", 0)]


def test_lessons_are_those_of_the_learners_version(client, learner, course, homework):
    give(learner, course, homework[0], 8)
    make_assignment_lesson(course, title="Newer", published=False)
    publish(course, learners=Learners.KEEP)

    assert len(my_grades(client, course, learner)["lessons"]) == 3


def test_quizzes_and_homework_make_the_total(client, course):
    learner = learner_of(course)
    quiz, homework = make_quiz_lesson(course), make_assignment_lesson(course, due=PAST)
    attempt = start(client, learner, quiz)
    question = attempt["questions"][0]
    save(client, learner, attempt, given(question["question_id"], question["options"][0]["id"]))
    submit(client, learner, attempt)
    hand_in(client, learner, homework)
    moving.move()

    found = my_grades(client, course, learner)

    assert [each["handed_in"] for each in found["lessons"]] == [True, True]
    assert [each["part"] for each in found["lessons"]] == ["counted", "ungraded"]


def test_grades_stay_readable_after_the_seat_has_ended(client, learner, course, homework):
    give(learner, course, homework[0], 8)
    client.delete(f"/courses/{course.id}/enroll", auth=learner)

    assert my_grades(client, course, learner)["percent"] == 80


def test_only_those_who_have_a_seat_have_grades(client, owner, stranger, course):
    hidden = make_course(owner, published=False)

    assert outcome(client.get(f"/courses/{course.id}/grades/me", auth=stranger)) == (403, "not_enrolled")
    assert outcome(client.get(f"/courses/{hidden.id}/grades/me", auth=stranger))[0] == 404


def test_the_response_is_as_documented(client, learner, course, homework):
    put_grading(
        course, categories=[{"id": "a", "title": "A", "weight": 1}], lessons={homework[0].id: {"category_id": "a"}}
    )
    give(learner, course, homework[0], 6.3, raw_points=7, penalty=10, late_seconds=3600)

    found = my_grades(client, course, learner)

    assert CourseGradesSchema().dump(found) == found
    assert CourseGradesSchema().validate(found) == {}


@pytest.mark.parametrize("count", [3, 9])
def test_the_number_of_queries_does_not_depend_on_the_number_of_lessons(client, stranger, course, queries, count):
    make_seat(stranger, course)
    for number in range(count):
        make_quiz_lesson(
            course, title=str(number), published=number == count - 1, review={"score": "after_last_attempt"}
        )
    client.get(f"/courses/{course.id}/grades/me", auth=stranger)
    queries.clear()

    client.get(f"/courses/{course.id}/grades/me", auth=stranger)

    assert [each for each in queries if each != "redis"] == ["sql", "find"]
