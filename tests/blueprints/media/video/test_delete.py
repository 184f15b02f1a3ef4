import pytest
from sqlalchemy import select

from learnstream.models import AuditEntry
from learnstream.services.foundation import outbox


def delete(client, lesson, auth, query="", headers=None):
    return client.delete(f"/lessons/{lesson.id}/video{query}", auth=auth, headers=headers)


def test_an_unused_asset_is_deleted(client, lesson, owner, give, assets, draft):
    give(lesson)

    assert delete(client, lesson, owner).status_code == 204

    outbox.relay()
    assert (assets(), draft(lesson)["video_id"]) == (set(), None)


def test_an_upload_that_waits_is_cancelled(client, mux, lesson, owner):
    upload = client.post(f"/lessons/{lesson.id}/video/upload", json={}, auth=owner).json["upload"]

    delete(client, lesson, owner)
    outbox.relay()

    assert mux.put_video(upload["url"], mux.sample_video()) == 410


def test_an_asset_that_learners_are_shown_stays(client, course, owner, give, assets, publish):
    give(course.video)
    publish(course)

    delete(client, course.video, owner)
    outbox.relay()

    assert len(assets()) == 1


def test_an_asset_that_is_being_prepared_goes_as_soon_as_it_can(client, mux, lesson, owner, give, assets, review):
    mux.pause_encoding()
    give(lesson)
    delete(client, lesson, owner)
    outbox.relay()
    assert len(assets()) == 1

    mux.resume_encoding()
    review()

    assert assets() == set()


def test_a_takedown_reaches_those_who_learn_from_it(client, course, owner, admin, learner, give, assets, publish):
    give(course.video)
    publish(course)
    assert client.get(f"/lessons/{course.video.id}/playback", auth=learner).status_code == 200

    assert delete(client, course.video, admin, "?force=true").status_code == 204

    answer = client.get(f"/lessons/{course.video.id}/playback", auth=learner)
    assert (answer.status_code, answer.json["code"]) == (409, "video_deleted")
    outbox.relay()
    assert assets() == set()


def test_a_takedown_is_noted(client, lesson, admin, give, fresh):
    video = give(lesson)

    delete(client, lesson, admin, "?force=true")

    entry = fresh.scalars(select(AuditEntry).where(AuditEntry.action == "video.taken_down")).one()
    assert (entry.actor_id, entry.target_id) == (admin.id, video["id"])


def test_a_takedown_is_for_admins(client, lesson, owner, give, draft):
    give(lesson)

    answer = delete(client, lesson, owner, "?force=true")

    assert (answer.status_code, answer.json["code"]) == (403, "admins_only")
    assert draft(lesson)["video_id"] is not None


def test_a_lesson_without_a_video_says_so(client, lesson, owner):
    answer = delete(client, lesson, owner)

    assert (answer.status_code, answer.json["code"]) == (404, "no_video")


@pytest.mark.parametrize(("tag", "status"), [('"2"', 204), ('"1"', 412)])
def test_a_lesson_that_has_moved_on_keeps_its_video(client, lesson, owner, give, tag, status):
    give(lesson)

    assert delete(client, lesson, owner, headers={"If-Match": tag}).status_code == status


def test_a_stranger_is_not_told_that_there_is_a_draft(client, lesson, stranger, give):
    give(lesson)

    assert delete(client, lesson, stranger).status_code == 404
