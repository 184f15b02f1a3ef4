import pytest

from learnstream.documents import Video
from learnstream.services.authoring import lessons
from learnstream.services.foundation import outbox


def ask(client, lesson, auth, **body):
    return client.post(f"/lessons/{lesson.id}/video/import", json=body, auth=auth)


def test_an_asset_becomes_the_lessons_video(client, lesson, owner, foreign):
    asset_id = foreign()

    answer = ask(client, lesson, owner, asset_id=asset_id)

    assert answer.status_code == 201
    video = answer.json["video"]
    assert (video["status"], video["asset_id"], video["source"]) == ("ready", asset_id, "import")
    assert client.get(f"/lessons/{lesson.id}/video", auth=owner).json["id"] == video["id"]


def test_lessons_share_the_video_of_an_asset(client, draft_course, owner, foreign, another_video_lesson):
    asset_id = foreign("signed")

    first = ask(client, draft_course.video, owner, asset_id=asset_id).json["video"]
    second = ask(client, another_video_lesson, owner, asset_id=asset_id).json["video"]

    assert first["id"] == second["id"]


def test_a_shared_asset_stays_until_the_last_lesson_lets_it_go(
    client, draft_course, owner, foreign, assets, another_video_lesson
):
    lessons = (draft_course.video, another_video_lesson)
    asset_id = foreign()
    for lesson in lessons:
        ask(client, lesson, owner, asset_id=asset_id)

    left = []
    for lesson in lessons:
        client.delete(f"/lessons/{lesson.id}/video", auth=owner)
        outbox.relay()
        left.append(assets())

    assert left == [{asset_id}, set()]


def test_importing_the_same_asset_again_keeps_it(client, lesson, owner, foreign, assets):
    asset_id = foreign()

    for _ in range(2):
        ask(client, lesson, owner, asset_id=asset_id)
    outbox.relay()

    assert assets() == {asset_id}


def test_an_asset_condemned_at_the_last_moment_is_refused(client, lesson, owner, foreign, monkeypatch):
    replace = lessons.set_video

    def condemn_first(*args, **kwargs):
        Video.collection().update_many({}, {"$set": {"purging": True}})
        return replace(*args, **kwargs)

    monkeypatch.setattr(lessons, "set_video", condemn_first)

    answer = ask(client, lesson, owner, asset_id=foreign())

    assert (answer.status_code, answer.json["code"]) == (409, "video_deleted")


def test_an_unknown_asset_is_refused_by_field(client, mux, lesson, owner):
    answer = ask(client, lesson, owner, asset_id="nothing")

    assert (answer.status_code, answer.json["code"], list(answer.json["errors"]["json"])) == (
        422,
        "unknown_asset",
        ["asset_id"],
    )


def test_an_asset_that_cannot_play_is_refused(client, lesson, owner, foreign):
    answer = ask(client, lesson, owner, asset_id=foreign(url="https://samples.test/broken.mp4"))

    assert (answer.status_code, answer.json["code"]) == (409, "video_errored")


def test_subtitles_of_an_asset_that_is_being_prepared_come_too_early(client, mux, lesson, owner, foreign):
    mux.pause_encoding()

    answer = ask(client, lesson, owner, asset_id=foreign(), subtitles=["en"])

    assert (answer.status_code, answer.json["code"]) == (409, "video_not_ready")


@pytest.mark.parametrize("asset_id", [None, 7, "", "..", "a/b", "a?b", "x" * 101, "\x00"])
def test_a_bad_id_is_named(client, mux, lesson, owner, asset_id):
    answer = ask(client, lesson, owner, asset_id=asset_id)

    assert (answer.status_code, list(answer.json["errors"]["json"])) == (422, ["asset_id"])


def test_a_stranger_is_not_told_that_there_is_a_draft(client, lesson, stranger, foreign):
    assert ask(client, lesson, stranger, asset_id=foreign()).status_code == 404
