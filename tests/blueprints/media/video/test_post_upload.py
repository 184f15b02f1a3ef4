import pytest
from sqlalchemy import select

from devstack.mux import ApiFault
from learnstream.documents import Video
from learnstream.integrations import video as port
from learnstream.models import OutboxMessage
from learnstream.services.foundation import outbox


def ask(client, lesson, auth, headers=None, **body):
    return client.post(f"/lessons/{lesson.id}/video/upload", json=body, auth=auth, headers=headers)


@pytest.mark.parametrize("who", ["owner", "admin"])
def test_authors_get_a_working_upload_url(client, mux, deliver, lesson, draft, request, who):
    response = ask(client, lesson, request.getfixturevalue(who))

    assert response.status_code == 201
    upload, video = response.json["upload"], response.json["video"]
    assert upload.keys() == {"id", "url", "timeout"}
    assert (video["status"], str(draft(lesson)["video_id"])) == ("waiting", video["id"])
    assert mux.put_video(upload["url"], mux.sample_video()) == 200
    deliver(*mux.take_events())
    assert client.get(f"/lessons/{lesson.id}/video", auth=request.getfixturevalue(who)).json["status"] == "ready"


def test_a_draft_is_hidden_from_strangers(client, mux, lesson, stranger):
    assert ask(client, lesson, stranger).status_code == 404
    assert mux.take_events() == []


def test_another_instructor_may_not_change_a_published_course(client, mux, course, other_owner):
    response = ask(client, course.video, other_owner)

    assert (response.status_code, response.json["code"]) == (403, "not_your_course")


def test_a_text_lesson_has_no_video(client, mux, draft_course, owner):
    response = ask(client, draft_course.text, owner)

    assert (response.status_code, response.json["code"]) == (409, "not_a_video_lesson")
    assert mux.take_events() == []


def test_the_title_is_passed_to_mux(client, mux, lesson, owner):
    ask(client, lesson, owner)

    [event] = mux.take_events()
    assert event.data["new_asset_settings"]["meta"]["title"] == "Watching"


def test_subtitles_are_requested(client, mux, lesson, owner):
    ask(client, lesson, owner, subtitles=["en", "de", "en"])

    [event] = mux.take_events()
    [source] = event.data["new_asset_settings"]["inputs"]
    assert [wanted["language_code"] for wanted in source["generated_subtitles"]] == ["en", "de"]


@pytest.mark.parametrize(
    ("body", "headers", "configured", "origin"),
    [
        ({"cors_origin": "https://a.example"}, {"Origin": "https://b.example"}, [], "https://a.example"),
        ({}, {"Origin": "https://b.example:8443"}, ["https://c.example"], "https://b.example:8443"),
        ({}, {"Origin": "null"}, ["https://c.example"], "https://c.example"),
        ({}, {}, ["https://c.example", "https://d.example"], "*"),
        ({}, {}, [], "*"),
    ],
    ids=["named", "asking", "configured", "several", "none"],
)
def test_the_cors_origin_is_passed_to_mux(
    app, client, mux, lesson, owner, monkeypatch, body, headers, configured, origin
):
    monkeypatch.setitem(app.config, "CORS_ORIGINS", configured)

    ask(client, lesson, owner, headers=headers, **body)

    assert mux.take_events()[0].data["cors_origin"] == origin


def test_a_new_upload_replaces_and_releases_the_old_video(
    client, mux, lesson, owner, give_video, assets, separate_session
):
    old = give_video(lesson)

    new = ask(client, lesson, owner).json["video"]

    assert [message.payload for message in separate_session.scalars(select(OutboxMessage))] == [{"video_id": old["id"]}]
    outbox.relay()
    assert assets() == set()
    assert client.get(f"/lessons/{lesson.id}/video", auth=owner).json["id"] == new["id"]


def test_published_versions_keep_their_video(client, mux, course, owner, give_video, publish, assets):
    give_video(course.video)
    publish(course)

    ask(client, course.video, owner)
    outbox.relay()

    assert len(assets()) == 1


def test_a_changed_lesson_gets_no_video(client, mux, lesson, owner):
    response = ask(client, lesson, owner, headers={"If-Match": '"7"'})

    assert (response.status_code, response.json["code"]) == (412, "precondition_failed")
    assert mux.take_events() == []


def test_the_response_has_the_new_etag_of_the_lesson(client, mux, lesson, owner, draft):
    response = ask(client, lesson, owner, headers={"If-Match": '"1"'})

    assert (response.status_code, response.headers["ETag"]) == (201, '"2"')
    assert draft(lesson)["revision"] == 2


def test_a_repeated_request_gets_the_same_upload(client, mux, lesson, owner):
    first, again = (ask(client, lesson, owner, headers={"Idempotency-Key": "k"}) for _ in range(2))

    assert first.json == again.json
    assert len(mux.take_events()) == 1


FAULTS = {
    "refused": (ApiFault("status", status=400), "video_service_refused"),
    "away": (ApiFault("status", status=503), "video_service_failed"),
    "not Mux": (ApiFault("text"), "video_service_failed"),
}


@pytest.mark.parametrize(("fault", "code"), FAULTS.values(), ids=FAULTS)
def test_a_failing_video_service_leaves_the_lesson_unchanged(client, mux, lesson, owner, draft, fault, code):
    mux.misbehave(api=fault)

    response = ask(client, lesson, owner)

    assert (response.status_code, response.json["code"]) == (502, code)
    assert (draft(lesson)["video_id"], draft(lesson)["revision"]) == (None, 1)


def test_the_key_of_a_failed_request_can_be_reused(client, mux, lesson, owner):
    mux.misbehave(api=ApiFault("status", status=503))
    responses = [ask(client, lesson, owner, headers={"Idempotency-Key": "k"}).status_code for _ in range(2)]

    assert responses == [502, 201]


def test_a_missing_video_service_is_reported(app, client, lesson, owner, monkeypatch):
    monkeypatch.setitem(app.extensions, port.EXTENSION, lambda: None)

    response = ask(client, lesson, owner)

    assert (response.status_code, response.json["code"]) == (503, "video_unconfigured")
    assert list(Video.collection().find()) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"cors_origin": "app.example.com"}, "cors_origin"),
        ({"cors_origin": "https://app.example.com/page"}, "cors_origin"),
        ({"cors_origin": 7}, "cors_origin"),
        ({"cors_origin": "https://a\x00.example"}, "cors_origin"),
        ({"subtitles": "en"}, "subtitles"),
        ({"subtitles": ["xx"]}, "subtitles"),
        ({"subtitles": [7]}, "subtitles"),
        ({"cors_origin": "https://app.example.com\n"}, "cors_origin"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_invalid_fields_are_named(client, mux, lesson, owner, body, field):
    response = ask(client, lesson, owner, **body)

    assert (response.status_code, list(response.json["errors"]["json"])) == (422, [field])


def test_an_unknown_lesson_is_not_found(client, owner):
    assert client.post(f"/lessons/{'0' * 24}/video/upload", json={}, auth=owner).status_code == 404
