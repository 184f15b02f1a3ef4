import pytest
from sqlalchemy import select

from learnstream.models import AuditEntry
from learnstream.services.foundation import outbox


def delete(client, lesson, auth, query="", headers=None):
    return client.delete(f"/lessons/{lesson.id}/video{query}", auth=auth, headers=headers)


def test_an_unused_asset_is_deleted(client, lesson, owner, give_video, assets, draft):
    give_video(lesson)

    assert delete(client, lesson, owner).status_code == 204

    outbox.relay()
    assert (assets(), draft(lesson)["video_id"]) == (set(), None)


def test_a_waiting_upload_is_canceled(client, mux, lesson, owner):
    upload = client.post(f"/lessons/{lesson.id}/video/upload", json={}, auth=owner).json["upload"]

    delete(client, lesson, owner)
    outbox.relay()

    assert mux.put_video(upload["url"], mux.sample_video()) == 410


def test_an_asset_of_a_published_version_is_kept(client, course, owner, give_video, assets, publish):
    give_video(course.video)
    publish(course)

    delete(client, course.video, owner)
    outbox.relay()

    assert len(assets()) == 1


def test_a_preparing_asset_is_deleted_as_soon_as_possible(client, mux, lesson, owner, give_video, assets, review):
    mux.pause_encoding()
    give_video(lesson)
    delete(client, lesson, owner)
    outbox.relay()
    assert len(assets()) == 1

    mux.resume_encoding()
    review()

    assert assets() == set()


def test_a_takedown_applies_to_published_versions(client, course, owner, admin, learner, give_video, assets, publish):
    give_video(course.video)
    publish(course)
    assert client.get(f"/lessons/{course.video.id}/playback", auth=learner).status_code == 200

    assert delete(client, course.video, admin, "?force=true").status_code == 204

    response = client.get(f"/lessons/{course.video.id}/playback", auth=learner)
    assert (response.status_code, response.json["code"]) == (409, "video_deleted")
    outbox.relay()
    assert assets() == set()


def test_a_takedown_is_in_the_audit_log(client, lesson, admin, give_video, separate_session):
    video = give_video(lesson)

    delete(client, lesson, admin, "?force=true")

    entry = separate_session.scalars(select(AuditEntry).where(AuditEntry.action == "video.taken_down")).one()
    assert (entry.actor_id, entry.target_id) == (admin.id, video["id"])


def test_a_takedown_is_for_admins(client, lesson, owner, give_video, draft):
    give_video(lesson)

    response = delete(client, lesson, owner, "?force=true")

    assert (response.status_code, response.json["code"]) == (403, "admins_only")
    assert draft(lesson)["video_id"] is not None


def test_a_lesson_without_a_video_is_a_404(client, lesson, owner):
    response = delete(client, lesson, owner)

    assert (response.status_code, response.json["code"]) == (404, "no_video")


@pytest.mark.parametrize(("tag", "status"), [('"2"', 204), ('"1"', 412)])
def test_a_changed_lesson_keeps_its_video(client, lesson, owner, give_video, tag, status):
    give_video(lesson)

    assert delete(client, lesson, owner, headers={"If-Match": tag}).status_code == status


def test_a_draft_is_hidden_from_strangers(client, lesson, stranger, give_video):
    give_video(lesson)

    assert delete(client, lesson, stranger).status_code == 404
