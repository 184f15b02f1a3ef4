"""The files that belong to assignments."""

import pytest
from bson import ObjectId

from learnstream.documents import File
from learnstream.services.assignments import assignment_files, assignment_store
from learnstream.services.media import file_removal
from tests.factories import publish
from tests.files import make_document_with_bytes
from tests.homework import make_assignment_lesson, put_assignment


@pytest.fixture
def file_id(owner):
    return make_document_with_bytes(owner, purpose="attachment")


@pytest.fixture
def homework(course, file_id):
    """An assignment lesson whose draft has the file."""
    return make_assignment_lesson(course, attachments=[file_id], published=False)


def is_named(file_id):
    return assignment_files.named([ObjectId(file_id), ObjectId()]) == {ObjectId(file_id)}


def test_a_file_of_no_assignment_is_not_named(file_id):
    assert not is_named(file_id)
    assert assignment_files.courses_naming(file_id) == []


def test_a_draft_names_its_files(course, homework, file_id):
    assert is_named(file_id)
    assert assignment_files.courses_naming(file_id) == [course.id]


def test_what_was_replaced_before_it_was_published_names_nothing(course, homework, file_id):
    put_assignment(homework)

    assert not is_named(file_id)
    assert assignment_files.courses_naming(file_id) == []


def test_versions_name_their_files(course, homework, file_id):
    publish(course)
    put_assignment(homework)
    publish(course)

    assert is_named(file_id)
    assert assignment_files.courses_naming(file_id) == [course.id]


def test_a_deleted_lesson_names_nothing(client, owner, homework, file_id):
    client.delete(f"/lessons/{homework.id}", auth=owner)

    assert not is_named(file_id)


def test_of_two_files_of_one_assignment_only_the_requested_are_returned(owner, course, file_id):
    other = make_document_with_bytes(owner, purpose="attachment")
    make_assignment_lesson(course, attachments=[file_id, other], published=False)

    assert assignment_files.named([ObjectId(other)]) == {ObjectId(other)}


def test_a_file_that_is_to_be_removed_just_before_it_is_named_is_kept(monkeypatch, homework, file_id):
    put_assignment(homework)
    store = assignment_store.store

    def store_late(*args, **kwargs):
        file_removal.delete(file_id)
        return store(*args, **kwargs)

    monkeypatch.setattr(assignment_store, "store", store_late)
    put_assignment(homework, attachments=[file_id])

    assert File.collection().find_one({"_id": ObjectId(file_id)})["removing_at"] is None


def test_publishing_holds_the_files_until_the_version_names_them(course, homework, file_id):
    File.collection().update_one({"_id": ObjectId(file_id)}, {"$set": {"held_at": None}})

    publish(course)

    assert File.collection().find_one({"_id": ObjectId(file_id)})["held_at"]
