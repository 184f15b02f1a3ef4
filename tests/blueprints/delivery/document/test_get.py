from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from learnstream.clock import now
from learnstream.documents import LessonKind
from learnstream.schemas.delivery.document import DocumentSchema
from learnstream.services.authoring.publishing import Learners
from tests.factories import make_course, order
from tests.files import PDF, make_document, put_document, show_document


def read(client, lesson, auth, **query):
    return client.get(f"/lessons/{lesson.id}/document", auth=auth, query_string=query)


@pytest.mark.parametrize("person", ["reader", "owner", "admin"])
def test_permitted_users_get_a_link(client, lesson, request, person):
    response = read(client, lesson, request.getfixturevalue(person))

    assert response.status_code == 200
    described = {name: response.json[name] for name in ("name", "type", "size", "pages")}
    assert described == {"name": "Moon.pdf", "type": "application/pdf", "size": len(PDF), "pages": 4}
    assert response.headers["Cache-Control"] == "private, no-store"


def test_the_response_matches_its_schema(client, reader, lesson):
    body = read(client, lesson, reader).json

    assert set(body) == set(DocumentSchema().fields)


def test_the_link_lives_five_minutes(client, reader, lesson):
    body = read(client, lesson, reader).json

    left = datetime.fromisoformat(body["expires_at"]) - now()
    assert timedelta(minutes=4, seconds=30) < left <= timedelta(minutes=5)
    assert datetime.fromisoformat(body["renew_after"]) < datetime.fromisoformat(body["expires_at"])


@pytest.mark.parametrize(("query", "inline"), [({}, "true"), ({"inline": "false"}, "false")])
def test_the_link_leads_to_this_server(client, reader, lesson, query, inline):
    url = urlsplit(read(client, lesson, reader, **query).json["url"])

    assert (url.scheme, url.path.startswith("/files/"), url.path.endswith("/content")) == ("http", True, True)
    assert parse_qs(url.query)["inline"] == [inline]


def test_a_stranger_is_rejected(client, stranger, lesson):
    response = read(client, lesson, stranger)

    assert (response.status_code, response.json["code"]) == (403, "not_enrolled")


def test_a_guest_gets_free_previews_only(client, handout):
    assert read(client, handout.lessons[0], None).status_code == 401
    assert read(client, handout.lessons[1], None).json["name"] == "Taste.pdf"


def test_a_withdrawn_learner_gets_no_link(client, reader, handout, lesson):
    client.delete(f"/courses/{handout.id}/enroll", auth=reader)

    assert read(client, lesson, reader).json["code"] == "not_enrolled"


def test_a_closed_lesson_gives_no_link(client, reader, owner, handout):
    order(
        owner, handout, {"lessons": handout.lessons[:1], "release": {"after_days": 3}}, {"lessons": handout.lessons[1:]}
    )

    assert read(client, handout.lessons[0], reader).json["code"] == "not_released_yet"


def test_learners_who_keep_their_version_keep_its_document(client, reader, owner, handout, lesson):
    show_document(handout, lesson, make_document(owner, name="Mars.pdf"), Learners.KEEP)

    assert read(client, lesson, reader).json["name"] == "Moon.pdf"
    assert read(client, lesson, owner).json["name"] == "Mars.pdf"


@pytest.mark.parametrize(("person", "status"), [("owner", 200), ("admin", 200), ("reader", 404), ("stranger", 404)])
def test_the_draft_is_for_authors_only(client, owner, lesson, request, person, status):
    put_document(lesson, make_document(owner, name="Mars.pdf"))

    response = read(client, lesson, request.getfixturevalue(person), draft="true")

    assert (response.status_code, response.json.get("name")) == (status, "Mars.pdf" if status == 200 else None)


def test_a_guest_sees_no_draft(client, lesson):
    assert read(client, lesson, None, draft="true").status_code == 401


def test_other_kinds_have_no_document(client, learner, course):
    response = read(client, course.text, learner)

    assert (response.status_code, response.json["code"]) == (404, "not_a_document")


def test_a_lesson_without_a_document_is_not_ready(client, owner):
    course = make_course(owner, [{"title": "Handout", "kind": LessonKind.DOCUMENT}])

    response = read(client, course.lessons[0], owner)

    assert (response.status_code, response.json["code"]) == (409, "document_not_ready")


def test_an_unknown_lesson_is_not_found(client, stranger):
    assert client.get(f"/lessons/{'0' * 24}/document", auth=stranger).status_code == 404


def test_reading_again_takes_one_round_trip_like_playback(client, reader, lesson, queries):
    read(client, lesson, reader)
    queries.clear()

    read(client, lesson, reader)

    assert queries == ["redis"]


def test_the_link_leads_to_the_configured_address(client, app, reader, lesson, monkeypatch):
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://learn.example.com")

    assert read(client, lesson, reader).json["url"].startswith("https://learn.example.com/files/")
