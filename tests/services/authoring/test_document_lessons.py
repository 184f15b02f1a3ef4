"""Lessons of kind document, in everything that versions do."""

import pytest

from learnstream.clock import now
from learnstream.documents import LessonKind
from learnstream.services.authoring.publishing import Learners
from tests.factories import make_course, make_person, make_seat
from tests.files import make_document, put_document, show_document

HANDOUT = {"title": "Handout", "kind": LessonKind.DOCUMENT}


@pytest.fixture
def handout(owner):
    """A published course with one document lesson, and the id of the file that it shows."""
    course = make_course(owner, [HANDOUT])
    file_id = make_document(owner, name="Moon.pdf", size=1000, pages=4)
    show_document(course, course.lessons[0], file_id)
    return course, file_id


@pytest.fixture
def learner(handout):
    course, _ = handout
    person = make_person()
    make_seat(person, course)
    return person


def shown(client, course, auth, **query):
    lessons = client.get(f"/courses/{course.id}/lessons", auth=auth, query_string=query).json
    return [lesson["document"] and lesson["document"]["name"] for lesson in lessons]


def test_outlines_describe_the_document(client, handout):
    course, file_id = handout

    [lesson] = client.get(f"/courses/{course.id}/lessons").json

    assert (lesson["kind"], lesson["video"]) == ("document", None)
    assert lesson["document"] == {"id": file_id, "name": "Moon.pdf", "pages": 4, "size": 1000, "state": "ready"}
    assert lesson["completion"] == {"rule": "opened", "threshold": None}


def test_the_lesson_and_its_draft_describe_the_document(client, owner, handout):
    course, _ = handout
    path = f"/lessons/{course.lessons[0].id}"
    put_document(course.lessons[0], make_document(owner, name="Mars.pdf"))

    assert client.get(path, auth=owner).json["document"]["name"] == "Moon.pdf"
    assert client.get(path, auth=owner, query_string={"draft": True}).json["document"]["name"] == "Mars.pdf"


def test_a_version_keeps_its_document(client, owner, stranger, handout):
    course, _ = handout
    make_seat(stranger, course)
    put_document(course.lessons[0], make_document(owner, name="Mars.pdf"))
    in_draft = shown(client, course, None)
    show_document(course, course.lessons[0], make_document(owner, name="Venus.pdf"), Learners.KEEP)

    assert (in_draft, shown(client, course, stranger)) == (["Moon.pdf"], ["Moon.pdf"])
    assert shown(client, course, None) == ["Venus.pdf"]
    assert client.get(f"/courses/{course.id}/versions/2", auth=owner).json["lessons"][0]["document"]["pages"] == 4


def test_restoring_a_version_restores_its_document(client, owner, handout):
    course, _ = handout
    show_document(course, course.lessons[0], make_document(owner, name="Mars.pdf"))

    client.post(f"/courses/{course.id}/versions/2/restore", auth=owner)

    assert shown(client, course, owner, draft="true") == ["Moon.pdf"]


def test_the_diff_shows_both_documents(client, owner, handout):
    course, _ = handout
    put_document(course.lessons[0], make_document(owner, name="Mars.pdf", pages=9))

    response = client.get(f"/courses/{course.id}/versions/diff", auth=owner).json

    [lesson] = response["lessons"]
    [field] = lesson["fields"]
    assert (lesson["document_replaced"], lesson["video_replaced"], field["field"]) == (True, False, "document")
    assert [field[side]["name"] for side in ("before", "after")] == ["Moon.pdf", "Mars.pdf"]
    assert response["counts"]["documents_replaced"] == 1


def test_the_publish_preview_warns_of_a_missing_document(client, owner):
    course = make_course(owner, [HANDOUT], published=False)

    preview = client.get(f"/courses/{course.id}/publish-preview", auth=owner).json

    assert [each["document_state"] for each in preview["warnings"]] == ["missing"]


def test_a_document_that_is_being_removed_is_missing(client, owner):
    course = make_course(owner, [HANDOUT], published=False)
    put_document(course.lessons[0], make_document(owner, removing_at=now()))

    preview = client.get(f"/courses/{course.id}/publish-preview", auth=owner).json
    draft = client.get(f"/lessons/{course.lessons[0].id}?draft=true", auth=owner).json

    assert ([each["document_state"] for each in preview["warnings"]], draft["document"]) == (["missing"], None)


def test_opening_completes_a_document_lesson(client, learner, handout):
    course, _ = handout
    response = client.put(f"/lessons/{course.lessons[0].id}/progress", json={"opened": True}, auth=learner)

    assert (response.json["completed"], response.json["fraction"], response.json["duration"]) == (True, 1.0, None)
    assert client.get(f"/courses/{course.id}/progress", auth=learner).json["completed"]


@pytest.mark.parametrize(("rule", "status"), [("opened", 201), ("manual", 201), ("watched", 422)])
def test_documents_are_completed_by_opening_or_by_hand(client, owner, course, rule, status):
    body = {"title": "Handout", "kind": "document", "completion": {"rule": rule}}

    assert client.post(f"/courses/{course.id}/lessons", json=body, auth=owner).status_code == status


def test_a_heartbeat_is_rejected(client, learner, handout):
    course, _ = handout
    body = {"seq": 1, "client_time": "2026-03-01T12:00:00Z", "position": 1, "played": []}

    response = client.put(f"/lessons/{course.lessons[0].id}/progress", json=body, auth=learner)

    assert (response.status_code, response.json["code"]) == (404, "not_a_video")


def test_a_missing_document_keeps_the_lesson_from_being_open(client, owner, stranger):
    course = make_course(owner, [HANDOUT])
    make_seat(stranger, course)

    of_lesson = client.get(f"/lessons/{course.lessons[0].id}/access", auth=stranger).json
    of_course = client.get(f"/courses/{course.id}/access", auth=stranger).json

    [reason] = of_lesson["reasons"]
    assert (reason["code"], reason["document_state"]) == ("document_not_ready", "missing")
    assert of_course["lessons"][0]["reasons"] == of_lesson["reasons"]
