import pytest

from learnstream.clock import now
from learnstream.models import Role
from learnstream.services.analytics import rollup
from learnstream.services.enrollment import group_courses, group_members, group_staff, groups
from learnstream.stores.sql import db
from tests.factories import make_person, make_seat
from tests.learning import make_record


@pytest.fixture
def tutor(app):
    """An instructor who teaches no course."""
    return make_person(Role.INSTRUCTOR, "Tom")


@pytest.fixture
def group(admin, tutor, learner, course):
    """A group of the tutor's with `learner`, who has read a lesson of its course, and one who has no seat yet."""
    group_id = groups.create(by=admin.id, name="Class 7b", code="7b")["id"]
    group_members.add(group_id, [learner.id, make_person(Role.STUDENT, "Zoe").id], by=admin.id)
    group_staff.replace(group_id, [tutor.id], by=admin.id)
    group_courses.give(group_id, course.id, by=admin.id)
    make_record(learner, course, course.text, opened_at=now(), completed_at=now())
    make_seat(make_person(Role.STUDENT, "Outsider"), course)
    db.session.commit()
    assert rollup.run(rest=0)
    return group_id
