"""From a file on a teacher's machine to a document that its learners read, page by page, and nobody else; in both storages."""

from datetime import UTC, datetime
from itertools import pairwise
from time import monotonic
from types import SimpleNamespace

import pytest
import requests

from tests.e2e.uploads import send
from tests.pdf import make_pdf
from tests.pictures import BLUE, GREEN, RED, YELLOW, chunks, corners, decoded, photo

PAGE = 64 * 1024  # bytes that a reader of PDF asks for at a time
LINK_SECONDS = 300
PHOTO_READY_WITHIN = 2.0  # from the request for an upload, with a worker that is running
FIRST, SECOND = make_pdf(12, title="First", filler=300_000), make_pdf(5, title="Second")


@pytest.fixture(scope="module", params=["gridfs", "s3"])
def file_storage(request):
    return request.getfixturevalue("s3_server").environment() if request.param == "s3" else {}


@pytest.fixture(scope="module")
def publish_course(instructor, upload):
    """Return a function that publishes a course with a lesson that shows the first document."""

    def publish_course():
        course = instructor.call("POST", "/courses", 201, title="Astronomy", summary="What is up there")
        lesson = instructor.call("POST", f"/courses/{course['id']}/lessons", 201, title="The map", kind="document")
        shown = SimpleNamespace(id=course["id"], lesson=lesson["id"])
        replace(instructor, shown, upload(instructor, "document", "Moon map.pdf", FIRST))
        return shown

    return publish_course


@pytest.fixture(scope="module")
def course(publish_course):
    return publish_course()


@pytest.fixture
def enroll_student(course, student):
    """Return a function that creates students of a course."""

    def enroll_student(name, course=course):
        learner = student(name)
        learner.call("POST", f"/courses/{course.id}/enroll", 201)
        return learner

    return enroll_student


def replace(instructor, course, file):
    """Set the lesson's document, and publish the course."""
    assert file["state"] == "ready", file["refusal"]
    instructor.call("PUT", f"/lessons/{course.lesson}/document", file_id=file["id"])
    published = instructor.call("POST", f"/courses/{course.id}/publish", 201, note="A map")
    assert published["warnings"] == []


def document(person, course, expect=200):
    return person.call("GET", f"/lessons/{course.lesson}/document", expect)


def read(url, first=None, last=None):
    headers = {} if first is None else {"Range": f"bytes={first}-{last}"}
    return requests.get(url, headers=headers, timeout=20)


def test_bytes_are_counted_while_they_are_sent(instructor, upload):
    sent = []
    asked = instructor.call("POST", "/files", 201, purpose="document", name="Map.pdf", size=len(FIRST))

    assert send(asked["upload"], FIRST, sent.append).ok
    assert instructor.call("GET", f"/files/{asked['id']}")["state"] == "uploading"
    assert all(0 < later - earlier <= PAGE for earlier, later in pairwise(dict.fromkeys(sent)))
    assert sent[-1] == len(FIRST)


def test_a_learner_reads_the_document_page_by_page(course, enroll_student):
    learner = enroll_student("Lea")
    shown = document(learner, course)

    assert (shown["name"], shown["pages"], shown["size"]) == ("Moon map.pdf", 12, len(FIRST))
    parts = [read(shown["url"], at, at + PAGE - 1) for at in range(0, len(FIRST), PAGE)]
    assert {part.status_code for part in parts} == {206}
    assert parts[1].headers["Content-Range"] == f"bytes {PAGE}-{2 * PAGE - 1}/{len(FIRST)}"
    assert b"".join(part.content for part in parts) == FIRST
    whole = read(shown["url"])
    assert whole.headers["Content-Type"] == "application/pdf"
    assert whole.headers["Content-Disposition"] == 'inline; filename="Moon map.pdf"'
    done = learner.call("PUT", f"/lessons/{course.lesson}/progress", opened=True)
    assert done["completed"]


def test_users_without_access_read_nothing(course, instructor, student, visitor):
    stranger, guest = student("Stan"), visitor()
    file_id = instructor.call("GET", f"/lessons/{course.lesson}?draft=true")["document"]["id"]

    assert document(stranger, course, 403)["code"] == "not_enrolled"
    assert document(guest, course, 401)["code"] == "unauthenticated"
    for path in (f"/files/{file_id}", f"/files/{file_id}/content"):
        assert stranger.call("GET", path, 404)["code"] == "not_found"
        guest.call("GET", path, 401)


def test_a_file_that_is_no_pdf_is_refused(instructor, upload):
    refused = upload(instructor, "document", "Moon map.pdf", b"<html>not a PDF</html>")

    assert (refused["state"], refused["refusal"]["field"]) == ("refused", "type")


def test_a_photo_is_seen_by_everybody(student, upload, visitor):
    person, began = student("Pia"), monotonic()

    file = upload(person, "photo", "me.jpg", photo("phone.jpg"))

    assert (file["state"], file["width"], file["height"]) == ("ready", 80, 120)
    assert monotonic() - began < PHOTO_READY_WITHIN
    shown = person.call("PUT", "/users/me/photo", file_id=file["id"])
    for size in ("small", "medium", "large"):
        picture = read(visitor().url + shown[size])
        assert picture.headers["Content-Type"] == "image/webp"
        assert picture.headers["Cache-Control"] == "public, max-age=86400"
        assert corners(decoded(picture.content)) == [BLUE, RED, YELLOW, GREEN]
        # No metadata, such as where it was taken.
        assert set(chunks(picture.content)) == {"VP8 "}


def test_what_is_no_picture_is_refused_with_the_reason(student, upload):
    person = student("Sam")

    file = upload(person, "photo", "me.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")

    assert (file["state"], file["refusal"]["code"]) == ("refused", "not_a_picture")
    person.call("PUT", "/users/me/photo", 409, file_id=file["id"])
    assert person.call("GET", "/users/me")["photo"] is None


def test_a_withdrawn_learner_gets_no_url_and_the_old_one_dies(course, enroll_student, file_storage):
    learner = enroll_student("Wim")
    shown = document(learner, course)
    assert read(shown["url"]).content == FIRST

    learner.call("DELETE", f"/courses/{course.id}/enroll", 204)

    assert document(learner, course, 403)["code"] == "not_enrolled"
    if file_storage:
        assert 0 < seconds_left(shown["url"]) <= LINK_SECONDS
    else:
        assert read(shown["url"]).status_code == 403


def seconds_left(url):
    """Return for how long a presigned URL works."""
    fields = dict(field.split("=") for field in url.partition("?")[2].split("&"))
    signed_at = datetime.strptime(fields["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return signed_at.timestamp() + int(fields["X-Amz-Expires"]) - datetime.now(UTC).timestamp()


def test_a_replaced_document_is_still_read_by_those_who_keep_the_version(
    publish_course, instructor, enroll_student, upload
):
    course = publish_course()
    before = enroll_student("Emil", course)
    instructor.call(
        "PUT", f"/lessons/{course.lesson}/document", file_id=upload(instructor, "document", "New.pdf", SECOND)["id"]
    )
    assert read(document(before, course)["url"]).content == FIRST

    instructor.call("POST", f"/courses/{course.id}/publish", 201, note="A better map", learners="keep")

    assert read(document(before, course)["url"]).content == FIRST
    after = document(enroll_student("Nina", course), course)
    assert (after["name"], read(after["url"]).content) == ("New.pdf", SECOND)
