"""Groups of learners for measurements, and the time of a request for them."""

import time
from collections.abc import Sequence

from bson import ObjectId

from bench import load
from bench.load import request
from bench.students import PublishedCourse
from bench.testbed import Testbed
from devstack.errors import DevstackError
from learnstream.services.enrollment import group_courses, group_members, group_staff, groups
from learnstream.stores.sql import db


def make_group(testbed: Testbed, members: Sequence[int], courses: Sequence[PublishedCourse]) -> int:
    """Create a group of these members that is given courses, with the instructor as its staff. Return its id."""
    instructor = testbed.dataset.instructor
    group_id: int = groups.create(by=instructor, name="A class", code=str(ObjectId()))["id"]
    group_members.add(group_id, members, by=instructor)
    group_staff.replace(group_id, [instructor], by=instructor)
    for course in courses:
        group_courses.give(group_id, course.id, by=instructor)
    db.session.commit()
    return group_id


def time_get(testbed: Testbed, path: str, token: str) -> float:
    """Return for how many milliseconds a client waits for a response.

    Raises:
        DevstackError: it is an error.
    """
    sent = request("GET", path, headers={"Authorization": f"Bearer {token}"})
    began = time.perf_counter()
    response, body = load.send(testbed.application.url, sent)
    if response.status != 200:
        raise DevstackError(f"GET {path}: {response.status} {body[:300]!r}")
    return (time.perf_counter() - began) * 1000
