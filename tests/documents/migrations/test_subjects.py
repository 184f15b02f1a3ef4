import pytest

from learnstream.documents import Course, CourseVersion, DocumentMigration
from learnstream.models.subject import Subject
from learnstream.services.foundation import document_migrations
from learnstream.stores.sql import db
from tests.documents.migrations.runner import run_migration
from tests.factories import make_course, make_subject

NAME = "m0003_subjects"


def store_as_before(course, subject):
    """Store a course as the previous release did."""
    Course.collection().update_one(
        {"title": course.title},
        {
            "$set": {"subject": subject, "published.subject": subject},
            "$unset": {"subject_id": "", "published.subject_id": ""},
        },
    )
    CourseVersion.collection().update_many(
        {"course.title": course.title}, {"$set": {"course.subject": subject}, "$unset": {"course.subject_id": ""}}
    )


@pytest.fixture
def courses(owner):
    made = [make_course(owner, title=name) for name in ("One", "Two", "Three", "Four")]
    for course, subject in zip(made, ("Physics", "physics", "Biology", ""), strict=True):
        store_as_before(course, subject)
    return made


def names():
    return sorted(db.session.scalars(db.select(Subject.name)))


def test_courses_stand_in_the_subjects_that_they_named(client, owner, courses):
    biology = make_subject("Biology").id

    run_migration(NAME)

    assert names() == ["Biology", "Physics"]
    shown = [client.get(f"/courses/{course.id}").json for course in courses]
    assert [each["subject"] for each in shown] == ["Physics", "physics", "Biology", ""]
    assert shown[0]["subject_id"] == shown[1]["subject_id"]
    assert [each["subject_id"] for each in shown[2:]] == [biology, None]
    for course in courses[:3]:
        assert client.get(f"/courses/{course.id}/draft", auth=owner).json["subject_id"]
        assert client.get(f"/courses/{course.id}/versions/1", auth=owner).json["subject_id"]
    assert len(client.get("/courses?subject=Physics").json) == 1


def test_a_preview_creates_nothing(courses):
    DocumentMigration.collection().delete_one({"_id": NAME})

    previewed = {each.name: each for each in document_migrations.preview()}

    assert previewed[NAME].changed == 6
    assert names() == []
