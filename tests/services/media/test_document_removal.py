"""Documents and the removal of files: what a lesson begins to show is not removed, and what is removed cannot be shown."""

from contextlib import suppress
from threading import Barrier, Thread

import pytest
from bson import ObjectId

from learnstream.documents import Lesson, LessonKind
from learnstream.errors import AppError
from learnstream.services.authoring import lessons
from learnstream.services.media import file_removal, files
from tests.factories import make_course
from tests.files import make_document, stored

ROUNDS = 20


@pytest.fixture
def lesson(owner):
    return make_course(owner, [{"title": "Handout", "kind": LessonKind.DOCUMENT}]).lessons[0]


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
