"""Courses that were stored before a field was added."""

import pytest
from bson import ObjectId

from learnstream.documents import Course, CourseVersion
from learnstream.services.authoring import courses


@pytest.fixture
def older(course):
    """`course` as published before there were subjects."""
    course_id = ObjectId(course.id)
    Course.collection().update_one({"_id": course_id}, {"$unset": {"subject": "", "published.subject": ""}})
    CourseVersion.collection().update_many({"course_id": course_id}, {"$unset": {"course.subject": ""}})
    courses.invalidate(course.id)
    return course


def test_the_catalogue_lists_older_courses(client, older):
    assert client.get(f"/courses/{older.id}").json["subject"] == ""
    assert [each["subject"] for each in client.get("/courses").json] == [""]


def test_older_courses_can_be_published_and_restored(client, owner, older):
    published = client.post(f"/courses/{older.id}/publish", json={}, auth=owner)
    restored = client.post(f"/courses/{older.id}/versions/1/restore", auth=owner)

    assert (published.status_code, restored.status_code, restored.json["subject"]) == (201, 200, "")


def test_a_missing_field_is_not_a_difference(client, owner, older):
    assert client.get(f"/courses/{older.id}/versions/diff?from=1&to=draft", auth=owner).json["course"] == []
