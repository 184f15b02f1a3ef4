"""A course whose gradebook has everything: categories, dropped results, extra credit, held and overridden grades."""

from dataclasses import dataclass

import pytest

from learnstream.models import Role
from learnstream.services.enrollment import group_courses, group_members, group_staff, groups
from learnstream.stores.sql import db
from tests.factories import make_person, make_quiz_lesson
from tests.grades import excuse, give, override, put_grading
from tests.homework import learner_of, make_assignment_lesson


@dataclass
class Graded:
    course: object
    lessons: list
    learners: list


CATEGORIES = [
    {"id": "h", "title": "Homework", "weight": 2.5, "drop_lowest": 1},
    {"id": "t", "title": "Tests", "weight": 4},
    {"id": "none", "title": "Nothing", "weight": 1},
]
SCALE = [{"label": "A", "from": 0.9}, {"label": "B", "from": 0.7}, {"label": "C", "from": 0.0001}]


@pytest.fixture
def graded(course):
    """Ann, Bob and Cem with grades, and Dee without any."""
    homework = [make_assignment_lesson(course, title=f"Homework {number}", points=10) for number in range(4)]
    quiz, bonus = make_quiz_lesson(course, title="Quiz"), make_assignment_lesson(course, title="Bonus")
    places = {each.id: {"category_id": "h"} for each in homework}
    places |= {quiz.id: {"category_id": "t"}, bonus.id: {"category_id": "h", "extra_credit": True}}
    put_grading(course, categories=CATEGORIES, lessons=places, scale=SCALE, pass_fraction=0.7, decimals=2)
    ann, bob, cem, dee = (learner_of(course, name) for name in ("Ann", "Bob", "Cem", "Dee"))
    for lesson, points, most in zip(homework, ("4", "30", "10", "6.6667"), (10, 100, 10, 10), strict=True):
        give(ann, course, lesson, points, most)
    give(ann, course, quiz, "0.3333", 1)
    give(ann, course, bonus, "0.5")
    give(bob, course, homework[0], 9, **override("2.5"))
    give(bob, course, homework[1], None, **excuse())
    give(bob, course, quiz, 1, 1)
    give(cem, course, homework[0], 9)
    give(cem, course, homework[1], "3.25", released=False)
    return Graded(course, [*homework, quiz, bonus], [ann, bob, cem, dee])


@pytest.fixture
def group_of(admin):
    """Return a function that creates a group with a course, members and an instructor as staff; the latter and its id."""

    def group_of(course, members):
        tutor = make_person(Role.INSTRUCTOR, "Tutor")
        group_id = groups.create(name="7b", code="7b", by=admin.id)["id"]
        group_members.add(group_id, [each.id for each in members], by=admin.id)
        group_courses.give(group_id, course.id, by=admin.id)
        group_staff.replace(group_id, [tutor.id], by=admin.id)
        db.session.commit()
        return tutor, group_id

    return group_of
