"""Courses that were stored and published before a field of their metadata existed.

`tests/access/test_older_documents.py` covers all operations and all other documents.
"""

import pytest
from bson import ObjectId

from learnstream.blueprints.authoring.examples import METADATA
from learnstream.documents import Course, CourseVersion
from learnstream.documents.course import Labels, Metadata, MetadataFields
from learnstream.documents.projection import names_of
from learnstream.services.authoring import courses, searchable
from tests.factories import make_course, make_seat, make_subject

DEFAULTS = {
    name: field.default() if callable(field.default) else field.default
    for name in names_of(Metadata)
    if not (field := getattr(MetadataFields, name)).required
}
GIVEN = {name: METADATA[name] for name in DEFAULTS}
CAME_LATER = {"subject": ["subject_id"]}  # no course ever had these without the first


@pytest.fixture(params=DEFAULTS)
def defaults(request):
    """The defaults of a field and of those that came after it, which the course was published without."""
    return {name: DEFAULTS[name] for name in (request.param, *CAME_LATER.get(request.param, ()))}


@pytest.fixture
def older(owner, defaults):
    """A course that was published before there was this field."""
    make_subject(GIVEN["subject"], id=GIVEN["subject_id"])
    course = make_course(owner, **GIVEN)
    course_id = ObjectId(course.id)
    of_course = {f"{place}{name}": "" for name in defaults for place in ("", "published.")}
    Course.collection().update_one({"_id": course_id}, {"$unset": of_course})
    of_version = {f"course.{name}": "" for name in defaults}
    CourseVersion.collection().update_many({"course_id": course_id}, {"$unset": of_version})
    courses.invalidate(course.id)
    return course


def shown(answer, names):
    assert answer.status_code == 200
    return {name: answer.json[name] for name in names}


def test_all_readers_show_the_default(client, owner, older, defaults):
    readers = ("", "/draft", "/versions/1")
    expected = GIVEN | defaults

    for reader in readers:
        answer = client.get(f"/courses/{older.id}{reader}", auth=owner)
        assert shown(answer, DEFAULTS) == expected


def test_lists_show_the_default(client, owner, older, defaults):
    for path in ("/courses", "/courses?slug=astronomy", "/users/me/courses"):
        [listed] = client.get(path, auth=owner).json
        assert {name: listed[name] for name in names_of(Labels)} == {
            name: (GIVEN | {"title": older.title} | defaults)[name] for name in names_of(Labels)
        }


def test_learners_see_it_in_their_lists(client, stranger, older):
    make_seat(stranger, older)

    for path in ("/users/me/progress", "/users/me/enrollments"):
        assert len(client.get(path, auth=stranger).json) == 1


def test_it_is_published_and_restored(client, owner, older, defaults):
    published = client.post(f"/courses/{older.id}/publish", json={}, auth=owner)
    restored = client.post(f"/courses/{older.id}/versions/1/restore", auth=owner)

    assert (published.status_code, shown(restored, defaults)) == (201, defaults)
    assert shown(client.get(f"/courses/{older.id}/versions/2", auth=owner), defaults) == defaults


def test_the_missing_field_is_no_difference(client, owner, older):
    assert client.get(f"/courses/{older.id}/versions/diff?from=1&to=draft", auth=owner).json["course"] == []
    assert client.get(f"/courses/{older.id}/publish-preview", auth=owner).json["changes"]["course"] == []


def test_search_fields_are_computed(older):
    Course.collection().update_one({"_id": ObjectId(older.id)}, {"$unset": {"published.words": ""}})

    assert searchable.add_missing() == 1
