"""Documents and the removal of files: what a lesson begins to show is not removed, and what is removed cannot be shown."""

from contextlib import suppress
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import File, Lesson, LessonKind
from learnstream.errors import AppError
from learnstream.services.authoring import lessons, removal
from learnstream.services.media import file_removal, file_sweeps, files
from learnstream.stores.sql import db
from tests.factories import make_course, publish
from tests.files import make_document, make_document_with_bytes, show_document, stored

ROUNDS = 20
HANDOUT = {"title": "Handout", "kind": LessonKind.DOCUMENT}


@pytest.fixture
def lesson_course(owner):
    return make_course(owner, [HANDOUT])


@pytest.fixture
def lesson(lesson_course):
    return lesson_course.lessons[0]


def delete(client, file_id, auth):
    return client.delete(f"/files/{file_id}", auth=auth)


def test_a_document_that_a_lesson_shows_cannot_be_deleted(client, owner, lesson):
    file_id = make_document(owner)
    client.put(f"/lessons/{lesson.id}/document", json={"file_id": file_id}, auth=owner)

    response = delete(client, file_id, owner)

    assert (response.status_code, response.json["code"]) == (409, "file_in_use")
    assert files.facts(file_id)["state"] == "ready"


def test_a_document_that_no_lesson_shows_any_more_can_be_deleted(client, owner, lesson):
    file_id = make_document(owner)
    client.put(f"/lessons/{lesson.id}/document", json={"file_id": file_id}, auth=owner)
    client.delete(f"/lessons/{lesson.id}/document", auth=owner)

    assert delete(client, file_id, owner).status_code == 204


def test_a_document_is_never_both_shown_and_removed(app, owner, lesson):
    outcomes = {race(app, lesson.id, make_document(owner)) for _ in range(ROUNDS)}

    # Who of the two is first wins.
    assert outcomes <= {(True, False), (False, True), (False, False)}


def test_a_removal_between_hold_and_reference_is_taken_back(owner, lesson, monkeypatch):
    file_id = make_document(owner)
    set_media = lessons._set_media

    def remove_and_set(*args):
        file_removal.delete(file_id)
        return set_media(*args)

    monkeypatch.setattr(lessons, "_set_media", remove_and_set)
    lessons.set_document(lesson.id, file_id)

    assert stored(file_id)["removing_at"] is None


def race(app, lesson_id, file_id):
    """Show and delete a file at once. Return whether the lesson shows it, and whether it is gone."""
    start = Barrier(2)

    def run(action):
        with app.app_context():
            start.wait()
            with suppress(AppError):
                action()

    actions = (lambda: lessons.set_document(lesson_id, file_id), lambda: file_removal.delete(file_id))
    threads = [Thread(target=run, args=(action,)) for action in actions]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    shown = Lesson.collection().find_one({"_id": ObjectId(lesson_id)})["document_id"] == ObjectId(file_id)
    found = stored(file_id)
    return shown, found is None or found["removing_at"] is not None


def review(file_id, *, days=0):
    """Run the sweep on a file that has been unused for so many days as far as it knows."""
    since = {"unnamed_since": now() - timedelta(days=days)} if days else {}
    File.collection().update_one({"_id": ObjectId(file_id)}, {"$set": {"review_at": now(), **since}})
    file_sweeps.review_due()
    return stored(file_id)


def test_a_document_is_swept_a_week_after_the_last_version_that_shows_it_is_gone(owner, lesson_course):
    file_id = make_document_with_bytes(owner)
    show_document(lesson_course, lesson_course.lessons[0], file_id)
    lessons.remove_document(lesson_course.lessons[0].id)
    publish(lesson_course)
    shown_by_an_old_version = review(file_id, days=8)
    removal.delete(course_id=lesson_course.id, deleted_by=owner.id)
    removal.purge(lesson_course.id)
    db.session.commit()
    shown_by_nothing = review(file_id)

    assert (shown_by_an_old_version["unnamed_since"], shown_by_an_old_version["removing_at"]) == (None, None)
    assert (shown_by_nothing["unnamed_since"] is None, shown_by_nothing["removing_at"]) == (False, None)
    after_a_week = review(file_id, days=8)
    assert after_a_week is None or after_a_week["removing_at"]


def test_a_document_of_two_courses_survives_the_deletion_of_one(owner, lesson_course):
    file_id = make_document_with_bytes(owner)
    other = make_course(owner, [HANDOUT])
    for course in (lesson_course, other):
        show_document(course, course.lessons[0], file_id)
    removal.delete(course_id=lesson_course.id, deleted_by=owner.id)
    removal.purge(lesson_course.id)
    db.session.commit()

    assert review(file_id, days=8)["removing_at"] is None
