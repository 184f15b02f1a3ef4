"""Runs the roll-up and reads its figures."""

from datetime import UTC, datetime, timedelta

from learnstream.documents import CourseProgress, CourseStats
from learnstream.services.analytics import rollup

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)


def roll_up():
    return rollup.run(rest=0)


def stats(course):
    return CourseStats.collection().find_one({"_id": course.id})


def record(person, course):
    return CourseProgress.collection().find_one({"_id": f"{person.id}:{course.id}"})
