import pytest

from learnstream.documents import Video

SAMPLE = "https://samples.test/sample.mp4"


def ask(client, lesson, auth, **body):
    return client.post(f"/lessons/{lesson.id}/video/from-url", json=body, auth=auth)


def test_the_video_service_fetches_the_file(client, mux, deliver, lesson, owner):
    response = ask(client, lesson, owner, video_url=SAMPLE)

    assert (response.status_code, response.json["video"]["status"]) == (201, "preparing")
    deliver(*mux.take_events())
    assert client.get(f"/lessons/{lesson.id}/video", auth=owner).json["status"] == "ready"


def test_an_invalid_file_is_reported(client, mux, deliver, lesson, owner):
    ask(client, lesson, owner, video_url="https://samples.test/broken.mp4")

    deliver(*mux.take_events())

    video = client.get(f"/lessons/{lesson.id}/video", auth=owner).json
    assert (video["status"], video["error"]["type"]) == ("errored", "invalid_input")


@pytest.mark.parametrize(
    "url",
    [
        "http://samples.test/a.mp4",
        "https://127.0.0.1/",
        "https://0x7f.1/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://localhost/",
    ],
)
def test_an_address_that_is_not_public_is_rejected(client, mux, lesson, owner, url):
    response = ask(client, lesson, owner, video_url=url)

    assert (response.status_code, response.json["code"]) == (422, "video_url_refused")
    assert list(response.json["errors"]["json"]) == ["video_url"]
    assert mux.take_events() == []
    assert list(Video.collection().find()) == []


@pytest.mark.parametrize("body", [{}, {"video_url": None}, {"video_url": 7}, {"video_url": "https://" + "x" * 2048}])
def test_an_invalid_field_is_named(client, mux, lesson, owner, body):
    response = ask(client, lesson, owner, **body)

    assert (response.status_code, list(response.json["errors"]["json"])) == (422, ["video_url"])


def test_a_draft_is_hidden_from_strangers(client, mux, lesson, stranger):
    assert ask(client, lesson, stranger, video_url=SAMPLE).status_code == 404
