"""Titles that were stored before input was composed."""

import pytest
from bson import ObjectId

from learnstream.documents import Course, CourseVersion, Lesson, LessonVersion
from tests.documents.migrations.runner import run_migration
from tests.factories import make_course

NFD, NFC = "Cafe\u0301", "Caf\xe9"
NAME = "m0001_composed_titles"


@pytest.fixture
def decomposed(owner):
    """A course whose texts are all decomposed, in draft and version, as they were taken before."""
    lessons = [{"title": NFD, "body": NFD}]
    return make_course(owner, title=NFD, tags=[NFD], subject=NFD, description=NFD, lessons=lessons)


def test_stored_titles_are_composed_once_and_bodies_never(decomposed):
    changed = run_migration(NAME)

    draft = Course.collection().find_one({"_id": ObjectId(decomposed.id)})
    version = CourseVersion.collection().find_one({"course_id": draft["_id"]})
    lesson, content = Lesson.collection().find_one(), LessonVersion.collection().find_one()
    assert changed == 4
    for described in (draft, draft["published"], version["course"]):
        assert [described[name] for name in ("title", "subject", "tags", "description")] == [NFC, NFC, [NFC], NFD]
    for entry in (lesson, content):
        assert (entry["title"], entry["body"]) == (NFC, NFD)
    assert version["modules"][0]["lessons"][0]["title"] == NFC
    assert run_migration(NAME) == 0


def test_composing_makes_no_visible_change(client, owner, decomposed):
    tag = client.get(f"/courses/{decomposed.id}/draft", auth=owner).headers["ETag"]

    run_migration(NAME)

    assert client.get(f"/courses/{decomposed.id}/draft", auth=owner).headers["ETag"] == tag
    preview = client.get(f"/courses/{decomposed.id}/publish-preview", auth=owner).json
    assert set(preview["changes"]["counts"].values()) == {0}
