import json
from threading import Barrier, Thread

import pytest

from learnstream.documents import Course, CourseVersion
from learnstream.extensions import db
from learnstream.services import courses, lessons, publishing, versions
from tests.factories import make_course


def test_publishing_makes_the_draft_the_current_version(owner):
    course = make_course(owner)

    assert courses.view(course.id).current_version == 1
    assert [entry["title"] for entry in json.loads(versions.outline(course.id, 1).body)] == [
        "Welcome",
        "Reading",
        "Watching",
    ]


def test_a_course_without_lessons_cannot_be_published(owner):
    with pytest.raises(publishing.NothingToPublish):
        make_course(owner, lessons=())


def test_a_lesson_is_shown_as_it_was_published(owner, course):
    shown = lessons.resolve(course.text.id, None)

    assert (shown.version, shown.view.free_preview, shown.view.course.id) == (1, False, course.id)
    assert json.loads(shown.content.body)["body"] == "Read *this*."


def test_of_two_publishers_with_the_same_revision_one_wins(application, owner, draft_course):
    revision = courses.draft(draft_course.id)["revision"]
    outcomes, start = [], Barrier(2)

    def publish():
        with application.app_context():
            start.wait()
            try:
                publishing.publish(course_id=draft_course.id, published_by=owner.id, expect={revision})
                db.session.commit()
                outcomes.append("published")
            except courses.EditConflict:
                outcomes.append("conflict")

    threads = [Thread(target=publish) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(outcomes) == ["conflict", "published"]
    assert len(Course.collection().find_one()["versions"]) == 1
    assert CourseVersion.collection().count_documents({}) == 1
