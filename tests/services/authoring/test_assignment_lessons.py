"""Lessons of kind assignment, in everything that versions do."""

import pytest
from bson import ObjectId

from learnstream.documents import Assignment, Course
from learnstream.services.authoring import removal
from learnstream.services.authoring.publishing import Learners
from learnstream.services.delivery import syllabus
from learnstream.stores.sql import db
from tests.factories import make_course, make_person, make_seat, publish
from tests.files import make_document_with_bytes
from tests.homework import RUBRIC, make_assignment_lesson, put_assignment

SHOWN = {
    "points": 10.0,
    "due": {"after_days": 14},
    "accepted_until": None,
    "late": {"percent": 10.0, "per": "day", "floor_percent": 50.0},
    "kinds": ["text", "files"],
    "max_files": 2,
    "max_bytes": 1_000_000,
    "types": ["application/pdf"],
    "max_length": 500,
    "attempts_allowed": 3,
    "resubmit": "until_closed",
    "anonymous": True,
    "release": "held",
    "pass_fraction": 0.6,
}


@pytest.fixture
def course(owner):
    return make_course(owner)


@pytest.fixture
def file_id(owner):
    return make_document_with_bytes(owner, purpose="attachment")


@pytest.fixture
def homework(course, file_id):
    """A published assignment lesson."""
    return make_assignment_lesson(course, **SHOWN, instructions="Draw.", attachments=[file_id], rubric=RUBRIC)


@pytest.fixture
def learner(course, homework):
    person = make_person()
    make_seat(person, course)
    return person


def named(course, number, lesson):
    return syllabus.get(course.id, number).lesson(lesson.id).assignment_id


def shown(client, course, auth=None):
    return client.get(f"/courses/{course.id}/lessons", auth=auth).json[-1]["assignment"]


def test_outlines_describe_the_assignment(client, course, homework):
    [*_, entry] = client.get(f"/courses/{course.id}/lessons").json

    assert (entry["kind"], entry["assignment"]) == ("assignment", SHOWN)
    assert entry["completion"] == {"rule": "submitted", "threshold": None}


@pytest.mark.parametrize("query", ["", "?draft=true"])
def test_readers_of_the_lesson_see_all_of_it(client, owner, learner, homework, file_id, query):
    reader = owner if query else learner
    rubric = [{"description": "", **criterion} for criterion in RUBRIC]

    found = client.get(f"/lessons/{homework.id}{query}", auth=reader).json["assignment"]

    [attachment] = found.pop("attachments")
    assert found == {**SHOWN, "instructions": "Draw.", "rubric": rubric}
    assert (attachment["id"], attachment["type"]) == (file_id, "application/pdf")
    assert attachment.keys() == {"id", "name", "size", "type"}


def test_guests_do_not_read_the_instructions(client, course, homework):
    assert client.get(f"/lessons/{homework.id}").status_code == 401
    assert "Draw" not in client.get(f"/courses/{course.id}/lessons").text


def test_draft_and_versions_name_the_same_document(course, homework):
    publish(course)

    assert Assignment.collection().count_documents({}) == 1
    assert named(course, 2, homework) == named(course, 3, homework)


def test_a_version_keeps_its_assignment(client, course, homework, learner):
    put_assignment(homework, points=4)
    in_draft = shown(client, course, learner)
    publish(course, Learners.KEEP)

    assert in_draft == shown(client, course, learner) == SHOWN
    assert shown(client, course)["points"] == 4


def test_restoring_a_version_restores_the_settings(client, owner, course, homework):
    before = client.get(f"/lessons/{homework.id}/assignment", auth=owner).json
    put_assignment(homework, points=4)
    publish(course)

    client.post(f"/courses/{course.id}/versions/2/restore", auth=owner)

    assert client.get(f"/lessons/{homework.id}/assignment", auth=owner).json == before
    publish(course)
    assert named(course, 4, homework) == named(course, 2, homework) != named(course, 3, homework)


def test_restoring_a_version_restores_a_removed_lesson_with_its_assignment(client, owner, course, homework):
    client.delete(f"/lessons/{homework.id}", auth=owner)

    client.post(f"/courses/{course.id}/versions/2/restore", auth=owner)

    assert client.get(f"/lessons/{homework.id}/assignment", auth=owner).json["points"] == 10


def differences(client, owner, course):
    return client.get(f"/courses/{course.id}/versions/diff", auth=owner).json


def test_a_draft_that_would_be_published_alike_does_not_differ(client, owner, course, homework):
    assert differences(client, owner, course)["lessons"] == []


def test_the_diff_shows_both_assignments(client, owner, course, homework):
    put_assignment(homework, points=4)

    found = differences(client, owner, course)

    [lesson] = found["lessons"]
    [field] = lesson["fields"]
    assert (field["field"], lesson["assignment_replaced"]) == ("assignment", True)
    assert found["counts"]["assignments_replaced"] == 1
    assert [field[side]["points"] for side in ("before", "after")] == [10.0, 4.0]


def test_the_diff_notices_changed_instructions(client, owner, course):
    lesson = make_assignment_lesson(course, instructions="Draw.")
    put_assignment(lesson, instructions="Write.")

    [field] = differences(client, owner, course)["lessons"][0]["fields"]

    assert field["before"].pop("digest") != field["after"].pop("digest")
    assert field["before"] == field["after"]


def publish_by(client, owner, course):
    preview = client.get(f"/courses/{course.id}/publish-preview", auth=owner).json
    return preview, client.post(f"/courses/{course.id}/publish", json={}, auth=owner)


def test_a_lesson_without_an_assignment_is_not_published(client, owner, course, homework):
    client.delete(f"/lessons/{homework.id}/assignment", auth=owner)

    preview, response = publish_by(client, owner, course)

    assert (response.status_code, response.json["code"]) == (409, "no_assignment")
    assert response.json["lessons"] == [{"id": homework.id, "title": "Homework"}]
    assert not preview["publishable"]
    assert preview["warnings"][-1]["assignment_problem"] == "no_assignment"
    assert client.get(f"/courses/{course.id}").json["version"] == 2


def test_an_assignment_that_is_due_before_its_lesson_opens_is_not_published(client, owner, course, homework):
    opens = {"modules.0.release": {"after_days": 15}}
    Course.collection().update_one({"_id": ObjectId(course.id)}, {"$set": opens, "$inc": {"revision": 1}})

    preview, response = publish_by(client, owner, course)

    assert (response.status_code, response.json["code"]) == (422, "assignment_not_publishable")
    [problem] = response.json["assignments"]
    assert (problem["lesson_id"], problem["code"]) == (homework.id, "due_before_release")
    assert (preview["publishable"], preview["warnings"][-1]["assignment_problem"]) == (False, "due_before_release")


def test_a_published_assignment_has_no_warning(client, owner, course, homework):
    preview, response = publish_by(client, owner, course)

    assert preview["publishable"]
    assert homework.id not in {each["lesson_id"] for each in preview["warnings"] + response.json["warnings"]}


@pytest.mark.parametrize(
    ("rule", "status"), [("submitted", 201), ("graded", 201), ("passed", 201), ("opened", 422), ("manual", 422)]
)
def test_assignments_are_completed_by_submitting_or_their_grade(client, owner, course, rule, status):
    body = {"title": "Homework", "kind": "assignment", "completion": {"rule": rule}}

    assert client.post(f"/courses/{course.id}/lessons", json=body, auth=owner).status_code == status


def test_quizzes_are_not_graded_by_hand_alone(client, owner, course):
    body = {"title": "Quiz", "kind": "quiz", "completion": {"rule": "graded"}}

    assert client.post(f"/courses/{course.id}/lessons", json=body, auth=owner).status_code == 422


@pytest.mark.parametrize("report", [{"opened": True}, {"completed": True}])
def test_a_learner_cannot_complete_an_assignment_by_a_report(client, learner, homework, report):
    path = f"/lessons/{homework.id}/progress"
    client.put(path, json=report, auth=learner)

    assert not client.get(path, auth=learner).json["completed"]


def test_a_heartbeat_is_rejected(client, learner, homework):
    body = {"seq": 1, "client_time": "2026-03-01T12:00:00Z", "position": 1, "played": []}

    response = client.put(f"/lessons/{homework.id}/progress", json=body, auth=learner)

    assert (response.status_code, response.json["code"]) == (404, "not_a_video")


def test_an_assignment_is_open_to_learners(client, learner, course, homework):
    assert client.get(f"/lessons/{homework.id}/access", auth=learner).json["allowed"]
    assert client.get(f"/courses/{course.id}/access", auth=learner).json["lessons"][-1]["allowed"]


@pytest.mark.parametrize("path", ["quiz", "document", "video/playback"])
def test_an_assignment_is_nothing_else(client, owner, homework, path):
    method = client.post if path == "video/playback" else client.get

    assert method(f"/lessons/{homework.id}/{path}", auth=owner).status_code in {404, 409}


def test_the_figures_of_a_course_have_the_lesson(client, owner, course, learner, homework):
    funnel = client.get(f"/courses/{course.id}/analytics", auth=owner).json["funnel"]
    [row] = client.get(f"/courses/{course.id}/learners", auth=owner).json

    assert (funnel[-1]["kind"], funnel[-1]["completed"]) == ("assignment", 0)
    assert row["user_id"] == learner.id
    assert client.get(f"/lessons/{homework.id}/analytics", auth=owner).json["kind"] == "assignment"


def test_a_deleted_course_leaves_no_assignment(owner):
    course = make_course(owner, published=False)
    make_assignment_lesson(course, published=False)

    removal.delete(course_id=course.id, deleted_by=owner.id)
    db.session.commit()
    removal.purge(course.id)

    assert Assignment.collection().count_documents({}) == 0


@pytest.mark.parametrize("caller", ["owner", "learner"])
def test_attachments_are_read_by_readers_of_the_lesson(request, client, homework, learner, file_id, caller):
    reader = {"learner": learner}.get(caller) or request.getfixturevalue(caller)

    with client.get(f"/files/{file_id}/content", auth=reader) as response:
        assert response.status_code == 200


def status_of(client, file_id, auth=None):
    with client.get(f"/files/{file_id}/content", auth=auth) as response:
        return response.status_code


def test_others_do_not_read_attachments(client, homework, stranger, other_owner, file_id):
    assert status_of(client, file_id) == 401
    assert [status_of(client, file_id, each) for each in (stranger, other_owner)] == [404, 404]


def test_attachments_of_a_draft_are_for_its_authors(client, course, homework, learner, owner):
    other = make_document_with_bytes(owner, purpose="attachment")
    put_assignment(homework, attachments=[other])

    assert status_of(client, other, learner) == 404
    publish(course)
    assert status_of(client, other, learner) == 200


def test_attachments_wait_for_the_lesson_to_open(client, course, homework, learner, file_id):
    opens = {"modules.0.release": {"after_days": 7}}
    Course.collection().update_one({"_id": ObjectId(course.id)}, {"$set": opens})
    publish(course)

    assert status_of(client, file_id, learner) == 404


def test_attachments_of_a_free_preview_are_public(client, owner, course, homework, file_id):
    client.patch(f"/lessons/{homework.id}", json={"free_preview": True}, auth=owner)
    publish(course)

    assert status_of(client, file_id) == 200
    assert client.get(f"/lessons/{homework.id}").json["assignment"]["instructions"] == "Draw."
