import pytest

from learnstream.documents import Video

SAMPLE = "https://samples.test/sample.mp4"


def ask(client, lesson, auth, **body):
    return client.post(f"/lessons/{lesson.id}/video/from-url", json=body, auth=auth)


def test_the_video_service_fetches_the_file(client, mux, deliver, lesson, owner):
    answer = ask(client, lesson, owner, video_url=SAMPLE)

    assert (answer.status_code, answer.json["video"]["status"]) == (201, "preparing")
    deliver(*mux.take_events())
    assert client.get(f"/lessons/{lesson.id}/video", auth=owner).json["status"] == "ready"


def test_a_file_that_is_no_video_says_so(client, mux, deliver, lesson, owner):
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
def test_an_address_that_is_not_public_is_refused(client, mux, lesson, owner, url):
    answer = ask(client, lesson, owner, video_url=url)

    assert (answer.status_code, answer.json["code"]) == (422, "video_url_refused")
    assert list(answer.json["errors"]["json"]) == ["video_url"]
    assert mux.take_events() == []
    assert list(Video.collection().find()) == []


@pytest.mark.parametrize("body", [{}, {"video_url": None}, {"video_url": 7}, {"video_url": "https://" + "x" * 2048}])
def test_a_bad_field_is_named(client, mux, lesson, owner, body):
    answer = ask(client, lesson, owner, **body)

    assert (answer.status_code, list(answer.json["errors"]["json"])) == (422, ["video_url"])


def test_a_stranger_is_not_told_that_there_is_a_draft(client, mux, lesson, stranger):
    assert ask(client, lesson, stranger, video_url=SAMPLE).status_code == 404
