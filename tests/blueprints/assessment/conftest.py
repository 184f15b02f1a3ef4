import pytest

from learnstream.models import Role
from learnstream.models.group import Group, GroupStaff
from learnstream.services.enrollment import group_courses, group_members
from learnstream.stores.sql import db
from tests.attempts import start
from tests.factories import make_person, make_question, make_quiz_lesson, make_seat


@pytest.fixture
def question(course):
    """A question whose answer is true."""
    return make_question(course, "true_false")


@pytest.fixture
def make_quiz(course, question):
    """Return a function that adds a published quiz to the course: by default, of the question, with any number of attempts."""

    def make_quiz(*questions, **settings):
        return make_quiz_lesson(course, questions or [question], **{"attempts_allowed": None} | settings)

    return make_quiz


@pytest.fixture
def begin(client, make_quiz):
    """Return a function that has somebody start an attempt at a new quiz."""

    def begin(person, *questions, **settings):
        return start(client, person, make_quiz(*questions, **settings))

    return begin


@pytest.fixture
def classmate(course):
    person = make_person(name="Max")
    make_seat(person, course)
    return person


@pytest.fixture
def group_of(admin, course):
    """Create a group with members and staff, which is given the course. Return its id."""

    def group_of(*members, staff, given_course=True):
        group = Group(name="7b", code=f"g{staff.id}", code_key=f"g{staff.id}")
        db.session.add(group)
        db.session.flush()
        db.session.add(GroupStaff(group_id=group.id, user_id=staff.id))
        group_members.add(group.id, [member.id for member in members], by=admin.id)
        if given_course:
            group_courses.give(group.id, course.id, by=admin.id)
        db.session.commit()
        return group.id

    return group_of


@pytest.fixture
def colleague():
    """An instructor of other courses."""
    return make_person(Role.INSTRUCTOR, "Tom")
