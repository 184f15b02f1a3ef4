import json
from threading import Barrier, Thread

import pytest

from learnstream.documents import Course, CourseVersion
from learnstream.errors import Unavailable
from learnstream.errors.authoring import EditConflict, NothingToPublish
from learnstream.services.authoring import courses, publishing, snapshots, versions
from learnstream.services.delivery import visibility
from learnstream.stores.sql import db
from tests.factories import make_course, put_video


def test_publishing_makes_the_draft_the_current_version(owner):
    course = make_course(owner)

    assert courses.view(course.id).current_version == 1
    assert [entry["title"] for entry in json.loads(versions.outline(course.id, 1).body)] == [
        "Welcome",
        "Reading",
        "Watching",
    ]


def test_a_course_without_lessons_cannot_be_published(owner):
    with pytest.raises(NothingToPublish):
        make_course(owner, lessons=())


def test_a_lesson_is_shown_as_it_was_published(owner, course):
    shown = visibility.resolve(course.text.id, None)

    assert (shown.version, shown.view.free_preview, shown.view.course.id) == (1, False, course.id)
    assert json.loads(shown.content().body)["body"] == "Read *this*."


def test_one_of_two_publishers_with_the_same_revision_wins(application, owner, draft_course):
    revision = courses.draft(draft_course.id)["revision"]
    outcomes, start = [], Barrier(2)

    def publish():
        with application.app_context():
            start.wait()
            try:
                publishing.publish(course_id=draft_course.id, published_by=owner.id, expect={revision})
                db.session.commit()
                outcomes.append("published")
            except EditConflict:
                outcomes.append("conflict")

    threads = [Thread(target=publish) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(outcomes) == ["conflict", "published"]
    assert len(Course.collection().find_one()["versions"]) == 1
    assert CourseVersion.collection().count_documents({}) == 1


def test_a_draft_changed_during_publication_is_not_published(owner, course, monkeypatch):
    keep = snapshots.save_contents

    def keep_and_edit(drafts):
        keep(drafts)
        courses.change(courses.draft(course.id), {"$set": {"title": "Astrology"}})

    monkeypatch.setattr(snapshots, "save_contents", keep_and_edit)
    with pytest.raises(EditConflict):
        publishing.publish(course_id=course.id, published_by=owner.id)

    assert courses.view(course.id).current_version == 1
    assert CourseVersion.collection().count_documents({}) == 1


def test_a_store_that_fails_after_the_commit_leaves_the_rest_to_repair(owner, course, learner, monkeypatch):
    publishing.publish(course_id=course.id, published_by=owner.id)
    monkeypatch.setattr(Course, "collection", outage)
    db.session.commit()
    monkeypatch.undo()

    assert Course.collection().find_one()["seats_due"] == 2


def outage():
    raise Unavailable("mongodb")


def test_a_missing_video_is_shown_as_deleted(owner, course):
    put_video(course.video, "0" * 24)
    publishing.publish(course_id=course.id, published_by=owner.id)

    shown = json.loads(versions.outline(course.id, 2).body)[2]["video"]
    assert shown == {"id": "0" * 24, "status": "deleted", "duration": None}
