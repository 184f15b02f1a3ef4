"""The video service is unavailable."""

from learnstream.integrations.mux import adapter


def test_an_unresponsive_video_service_times_out(client, mux, draft_course, owner, monkeypatch):
    monkeypatch.setattr(adapter, "TIMEOUT", (0.3, 0.3))
    mux.misbehave(api={"kind": "hang", "seconds": 5.0})

    response = client.post(f"/lessons/{draft_course.video.id}/video/upload", json={}, auth=owner)

    assert (response.status_code, response.json["code"]) == (502, "video_service_failed")
