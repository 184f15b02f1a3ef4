"""The bytes of files: who gets them by their own token, and who by a link to a lesson's document."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import File, Lesson
from learnstream.models import Role
from learnstream.services.authoring.publishing import Learners
from learnstream.services.media import file_links
from tests.factories import make_person, make_seat, order, publish
from tests.files import PDF, make_document, make_document_with_bytes, make_file, put_document, show_document


def link_to(client, lesson, auth, **query):
    """Request a link, and return it as a path."""
    url = urlsplit(client.get(f"/lessons/{lesson.id}/document", auth=auth, query_string=query).json["url"])
    return f"{url.path}?{url.query}"


def file_of(lesson):
    return str(Lesson.collection().find_one({"_id": ObjectId(lesson.id)})["document_id"])


def outcome(response):
    return response.status_code if response.status_code < 400 else (response.status_code, response.json["code"])


def both(client, file_id, auth):
    """The outcomes for a file's bytes and for its properties, which must be the same."""
    content = client.get(f"/files/{file_id}/content", auth=auth)
    found = client.get(f"/files/{file_id}", auth=auth)
    assert outcome(content) == outcome(found)
    return outcome(content)


def test_a_link_gives_the_bytes(client, reader, lesson):
    response = client.get(link_to(client, lesson, reader))

    assert (response.status_code, response.data, response.content_type) == (200, PDF, "application/pdf")
    assert response.headers["Content-Disposition"] == 'inline; filename="Moon.pdf"'


def test_a_link_is_read_page_by_page(client, reader, lesson):
    response = client.get(link_to(client, lesson, reader), headers={"Range": "bytes=5-9"})

    assert (response.status_code, response.data) == (206, PDF[5:10])
    assert response.headers["Content-Range"] == f"bytes 5-9/{len(PDF)}"


def test_a_link_can_save_the_file(client, reader, lesson):
    response = client.get(link_to(client, lesson, reader, inline="false"))

    assert response.headers["Content-Disposition"] == 'attachment; filename="Moon.pdf"'


def test_a_guest_reads_a_free_preview(client, handout):
    assert client.get(link_to(client, handout.lessons[1], None)).data == PDF


def withdraw(client, owner, admin, reader, course):
    client.delete(f"/courses/{course.id}/enroll", auth=reader)


def sign_out(client, owner, admin, reader, course):
    client.post("/auth/logout", auth=reader)


def disable(client, owner, admin, reader, course):
    client.patch(f"/admin/users/{reader.id}", json={"is_active": False}, auth=admin)


def close_gate(client, owner, admin, reader, course):
    order(owner, course, {"lessons": course.lessons[:1], "release": {"after_days": 3}}, {"lessons": course.lessons[1:]})


def replace(client, owner, admin, reader, course):
    show_document(course, course.lessons[0], make_document(owner))


def remove_lesson(client, owner, admin, reader, course):
    client.delete(f"/lessons/{course.lessons[0].id}", auth=owner)
    publish(course)


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (withdraw, (403, "not_enrolled")),
        (sign_out, (401, "token_revoked")),
        (disable, (401, "token_revoked")),
        (close_gate, (403, "not_released_yet")),
        (replace, (403, "file_link_outdated")),
        (remove_lesson, (404, "not_found")),
    ],
)
def test_a_link_ends_with_the_access_it_was_given_for(client, owner, admin, reader, handout, end, expected):
    link = link_to(client, handout.lessons[0], reader)
    before = client.get(link)
    end(client, owner, admin, reader, handout)

    assert (outcome(before), outcome(client.get(link))) == (200, expected)


def test_a_preview_that_is_closed_ends_the_links_of_guests(client, owner, handout):
    link = link_to(client, handout.lessons[1], None)
    client.patch(f"/lessons/{handout.lessons[1].id}", json={"free_preview": False}, auth=owner)
    publish(handout)

    assert outcome(client.get(link)) == (401, "unauthenticated")


def test_a_link_expires(client, reader, lesson, monkeypatch):
    link = link_to(client, lesson, reader)
    later = now() + timedelta(minutes=5)
    monkeypatch.setattr(file_links, "now", lambda: later)

    assert outcome(client.get(link)) == (403, "file_link_expired")


def test_a_link_is_useless_for_another_file(client, reader, handout):
    link = link_to(client, handout.lessons[0], reader)
    other = link.replace(file_of(handout.lessons[0]), file_of(handout.lessons[1]), 1)

    assert outcome(client.get(other)) == (403, "file_link_invalid")


def test_a_link_is_useless_for_another_person(client, reader, stranger, admin, lesson):
    link = link_to(client, lesson, reader)

    assert outcome(client.get(link, auth=stranger)) == (403, "file_link_invalid")
    assert outcome(client.get(link, auth=admin)) == (403, "file_link_invalid")
    assert outcome(client.get(link, auth=reader)) == 200


@pytest.mark.parametrize("token", ["x", "a.b", "é"])
def test_a_forged_link_is_rejected(client, lesson, token):
    assert outcome(client.get(f"/files/{file_of(lesson)}/content?token={token}")) == (403, "file_link_invalid")


def test_a_link_to_the_draft_is_for_authors(client, owner, handout):
    put_document(handout.lessons[0], make_document_with_bytes(owner, name="Mars.pdf"))
    link = link_to(client, handout.lessons[0], owner, draft="true")
    before = client.get(link)
    client.delete(f"/lessons/{handout.lessons[0].id}/document", auth=owner)

    assert (before.data, outcome(client.get(link))) == (PDF, (403, "file_link_outdated"))


def test_staff_and_readers_of_a_lesson_read_its_file_and_nobody_else(client, owner, admin, reader, stranger, handout):
    file_id = file_of(handout.lessons[0])

    assert [both(client, file_id, person) for person in (owner, admin, reader)] == [200, 200, 200]
    assert both(client, file_id, stranger) == (404, "not_found")
    assert both(client, file_id, None) == (401, "unauthenticated")


def test_a_second_instructor_reads_the_file(client, owner, handout):
    colleague = make_person(Role.INSTRUCTOR)
    before = both(client, file_of(handout.lessons[0]), colleague)
    client.put(f"/courses/{handout.id}/instructors", json={"instructor_ids": [owner.id, colleague.id]}, auth=owner)

    assert (before, both(client, file_of(handout.lessons[0]), colleague)) == ((404, "not_found"), 200)


def test_a_reader_gets_the_file_of_their_version_only(client, owner, reader, handout):
    old = file_of(handout.lessons[0])
    new = make_document_with_bytes(owner)
    show_document(handout, handout.lessons[0], new, Learners.KEEP)
    newcomer = make_person()
    make_seat(newcomer, handout)

    assert [both(client, each, reader) for each in (old, new)] == [200, (404, "not_found")]
    assert [both(client, each, newcomer) for each in (old, new)] == [(404, "not_found"), 200]


def test_a_file_that_only_a_draft_shows_is_for_staff(client, owner, reader, handout):
    file_id = make_document_with_bytes(make_person(Role.INSTRUCTOR))
    put_document(handout.lessons[0], file_id)

    assert [both(client, file_id, person) for person in (owner, reader)] == [200, (404, "not_found")]


def test_a_withdrawn_learner_reads_nothing(client, reader, handout):
    client.delete(f"/courses/{handout.id}/enroll", auth=reader)

    assert both(client, file_of(handout.lessons[0]), reader) == (404, "not_found")
    assert both(client, file_of(handout.lessons[1]), reader) == 200


def test_a_closed_lesson_keeps_its_file_closed(client, owner, admin, reader, handout):
    close_gate(client, owner, admin, reader, handout)

    assert both(client, file_of(handout.lessons[0]), reader) == (404, "not_found")


def test_a_guest_needs_no_token_for_a_free_preview(client, handout):
    assert both(client, file_of(handout.lessons[1]), None) == 200


@pytest.mark.parametrize(("state", "code"), [("processing", "file_not_ready"), ("refused", "file_refused")])
def test_a_file_that_is_not_ready_has_no_contents(client, owner, state, code):
    response = client.get(f"/files/{make_document(owner, state=state)}/content", auth=owner)

    assert outcome(response) == (409, code)


def test_a_file_that_is_being_removed_exists_for_nobody(client, owner):
    file_id = make_document_with_bytes(owner)
    File.collection().update_one({"_id": ObjectId(file_id)}, {"$set": {"removing_at": now()}})

    assert both(client, file_id, owner) == (404, "not_found")


def test_an_unknown_file_is_not_found(client, owner):
    assert outcome(client.get(f"/files/{'0' * 24}/content", auth=owner)) == (404, "not_found")


def test_a_link_takes_as_many_round_trips_as_it_must(client, reader, lesson, queries):
    link = link_to(client, lesson, reader)
    client.get(link)
    queries.clear()

    client.get(link, headers={"If-None-Match": "*"})

    assert queries.count("redis") <= 2
    assert "sql" not in queries


def test_of_a_photo_only_its_copies_are_kept(client, stranger):
    photo = make_file(stranger, purpose="photo", state="ready", type="image/jpeg")["_id"]

    response = client.get(f"/files/{photo}/content", auth=stranger)

    assert (response.status_code, response.location) == (302, f"/photos/{photo}/large")
