"""The video service is unavailable."""

from learnstream.integrations.mux import adapter


def test_a_service_that_does_not_answer_is_given_up(client, mux, draft_course, owner, monkeypatch):
    monkeypatch.setattr(adapter, "TIMEOUT", (0.3, 0.3))
    mux.misbehave(api={"kind": "hang", "seconds": 5.0})

    answer = client.post(f"/lessons/{draft_course.video.id}/video/upload", json={}, auth=owner)

    assert (answer.status_code, answer.json["code"]) == (502, "video_service_failed")
