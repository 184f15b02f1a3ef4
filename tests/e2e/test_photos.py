"""A photo from a phone to everybody's browser, over HTTP, with the worker of the Procfile."""

from time import monotonic

import pytest
import requests

from tests.pictures import BLUE, GREEN, RED, YELLOW, chunks, corners, decoded, photo
from tests.waiting import within

READY_WITHIN = 2.0


@pytest.fixture
def upload(worker):
    """Return a function that uploads a photo, and returns it once it is checked, with the seconds that took."""

    def upload(client, data):
        created = client.call("POST", "/files", 201, purpose="photo", name="me.jpg", size=len(data))
        request = created["upload"]
        sent = requests.request(request["method"], request["url"], data=data, headers=request["headers"], timeout=20)
        assert sent.ok, sent.text
        began = monotonic()
        client.call("POST", f"/files/{created['id']}/complete", 202)
        within(20, lambda: client.call("GET", f"/files/{created['id']}")["state"] in {"ready", "refused"})
        return client.call("GET", f"/files/{created['id']}"), monotonic() - began

    return upload


def test_everybody_has_a_face(server, student, upload):
    lea = student("Lea")
    # The first one may find the worker still starting.
    upload(lea, photo("animated.png"))

    file, seconds = upload(lea, photo("phone.jpg"))

    assert (file["state"], file["width"], file["height"]) == ("ready", 80, 120)
    assert seconds < READY_WITHIN
    shown = lea.call("PUT", "/users/me/photo", file_id=file["id"])
    picture = requests.get(server.url + shown["large"], timeout=20)
    assert corners(decoded(picture.content)) == [BLUE, RED, YELLOW, GREEN]
    assert set(chunks(picture.content)) == {"VP8 "}
    assert picture.headers["Cache-Control"] == "public, max-age=86400"


def test_what_is_no_picture_is_refused_with_the_reason(student, upload):
    sam = student("Sam")

    file, _ = upload(sam, b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")

    assert (file["state"], file["refusal"]["code"]) == ("refused", "not_a_picture")
    sam.call("PUT", "/users/me/photo", 409, file_id=file["id"])
    assert sam.call("GET", "/users/me")["photo"] is None
