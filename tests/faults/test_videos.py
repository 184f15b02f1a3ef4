"""Videos while a store or the video service is away: no request waits long, and what was cut off is found again."""

import pytest

from learnstream.integrations import mux as adapter


@pytest.fixture
def ask(call, mux_emulator, draft_course, owner):
    return lambda: call("POST", f"/lessons/{draft_course.video.id}/video/upload", owner, json={})


@pytest.mark.parametrize("store", ["postgres", "mongodb"])
def test_no_upload_is_asked_for_without_its_stores(ask, mux, outage, recovers, store):
    outage(store)

    assert ask().status_code == 503
    assert mux.take_events() == []
    recovers(store, ask, 201)


def test_uploads_go_on_without_redis(ask, mux, outage):
    outage("redis")

    assert ask().status_code == 201


def test_a_service_that_does_not_answer_is_given_up(client, mux, draft_course, owner, monkeypatch):
    monkeypatch.setattr(adapter, "TIMEOUT", (0.3, 0.3))
    mux.misbehave(api={"kind": "hang", "seconds": 5.0})

    answer = client.post(f"/lessons/{draft_course.video.id}/video/upload", json={}, auth=owner)

    assert (answer.status_code, answer.json["code"]) == (502, "video_service_failed")
