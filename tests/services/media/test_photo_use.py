"""What keeps a photo, and what frees it."""

from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.documents.file import File
from learnstream.errors.files import FileInUse, NoSuchFile
from learnstream.integrations import files as port
from learnstream.services.authoring import courses
from learnstream.services.media import file_removal, file_sweeps, photos
from learnstream.stores.sql import db
from tests.factories import make_course
from tests.files import make_photo, set_photo, stored

EVERYTHING = {"older_than": now() + timedelta(days=1)}


def review(*, days):
    """Review all files as if that many days had passed since they were used last."""
    past = now() - timedelta(days=days)
    File.collection().update_many({}, {"$set": {"review_at": past, "held_at": past}})
    File.collection().update_many({"unnamed_since": {"$ne": None}}, {"$set": {"unnamed_since": past}})
    file_sweeps.review_due()


def exists(photo_id):
    return stored(photo_id) is not None


def test_a_replaced_photo_is_removed_with_its_copies(stranger, file_store):
    former, present = set_photo(stranger), set_photo(stranger)

    review(days=6)
    assert exists(former)
    review(days=8)

    assert (exists(former), exists(present)) == (False, True)
    left = {name.split("/")[1] for name in port.service().names("photos/", **EVERYTHING)}
    assert left == {present}


def test_a_removed_photo_can_be_deleted_at_once(stranger):
    photo_id = set_photo(stranger)
    with pytest.raises(FileInUse):
        file_removal.delete(photo_id)

    photos.remove(user_id=stranger.id)
    db.session.commit()
    file_removal.delete(photo_id)

    with pytest.raises(NoSuchFile):
        photos.require(photo_id, "small")


def test_a_cover_is_kept_as_long_as_a_course_shows_it(owner):
    photo_id, unused = make_photo(owner), make_photo(owner)
    course = make_course(owner, published=False)
    courses.update(course_id=course.id, changed_by=owner.id, changes={"cover": photos.photo_urls.cover_of(photo_id)})

    review(days=8)
    review(days=8)
    assert (exists(photo_id), exists(unused)) == (True, False)

    courses.update(course_id=course.id, changed_by=owner.id, changes={"cover": ""})
    review(days=8)
    review(days=8)
    assert not exists(photo_id)


def test_a_photo_that_is_being_chosen_is_not_removed(stranger):
    photo_id = make_photo(stranger)
    review(days=8)

    # Between the hold and the commit of a request, the photo is named by nothing.
    photos.replace(user_id=stranger.id, file_id=photo_id)
    db.session.rollback()
    file_sweeps.review_due()

    assert exists(photo_id)


def test_questions_about_use_are_answered_by_indexes(owner, plans):
    photo_id = make_photo(owner)
    with plans:
        file_removal.is_named(stored(photo_id))

    assert plans.scans == []
