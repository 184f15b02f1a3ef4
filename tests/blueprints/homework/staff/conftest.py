import pytest

from learnstream.models import Role
from learnstream.models.group import Group, GroupStaff
from learnstream.services.enrollment import group_courses, group_members
from learnstream.stores.sql import db
from tests.factories import make_person
from tests.homework import RUBRIC, make_assignment_lesson
from tests.submissions import store_submission


@pytest.fixture
def lesson(course):
    """Homework worth 10 points, with a rubric, whose grades are seen at once."""
    return make_assignment_lesson(course, rubric=RUBRIC)


@pytest.fixture
def held_lesson(course):
    """Homework whose grades are held."""
    return make_assignment_lesson(course, release="held")


@pytest.fixture
def submission(learner, lesson):
    """The id of what the learner handed in."""
    return store_submission(learner, lesson)


@pytest.fixture
def colleague():
    """An instructor of other courses."""
    return make_person(Role.INSTRUCTOR, "Tom")


@pytest.fixture
def group_of(admin, course):
    """Create a group with members and staff, which is given the course. Return its id."""

    def group_of(*members, staff):
        name = f"g{staff.id}-{members[0].id}"
        group = Group(name="7b", code=name, code_key=name)
        db.session.add(group)
        db.session.flush()
        db.session.add(GroupStaff(group_id=group.id, user_id=staff.id))
        group_members.add(group.id, [member.id for member in members], by=admin.id)
        group_courses.give(group.id, course.id, by=admin.id)
        db.session.commit()
        return group.id

    return group_of
