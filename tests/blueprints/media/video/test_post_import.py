import pytest

from learnstream.documents import LessonKind, Video
from learnstream.models import Role
from learnstream.services.authoring import lessons
from learnstream.services.foundation import outbox
from learnstream.services.media import video_use
from tests.factories import make_course, make_lesson, make_person


def ask(client, lesson, auth, **body):
    return client.post(f"/lessons/{lesson.id}/video/import", json=body, auth=auth)


def test_an_asset_becomes_the_lessons_video(client, lesson, admin, foreign):
    asset_id = foreign()

    answer = ask(client, lesson, admin, asset_id=asset_id)

    assert answer.status_code == 201
    video = answer.json["video"]
    assert (video["status"], video["asset_id"], video["source"]) == ("ready", asset_id, "import")
    assert client.get(f"/lessons/{lesson.id}/video", auth=admin).json["id"] == video["id"]


def test_lessons_share_the_video_of_an_asset(client, draft_course, admin, foreign, another_video_lesson):
    asset_id = foreign("signed")

    first = ask(client, draft_course.video, admin, asset_id=asset_id).json["video"]
    second = ask(client, another_video_lesson, admin, asset_id=asset_id).json["video"]

    assert first["id"] == second["id"]


def test_a_shared_asset_stays_until_the_last_lesson_lets_it_go(
    client, draft_course, admin, foreign, assets, another_video_lesson
):
    lessons = (draft_course.video, another_video_lesson)
    asset_id = foreign()
    for lesson in lessons:
        ask(client, lesson, admin, asset_id=asset_id)

    left = []
    for lesson in lessons:
        client.delete(f"/lessons/{lesson.id}/video", auth=admin)
        outbox.relay()
        left.append(assets())

    assert left == [{asset_id}, set()]


def test_importing_the_same_asset_again_keeps_it(client, lesson, admin, foreign, assets):
    asset_id = foreign()

    for _ in range(2):
        ask(client, lesson, admin, asset_id=asset_id)
    outbox.relay()

    assert assets() == {asset_id}


def test_an_asset_condemned_at_the_last_moment_is_refused(client, lesson, admin, foreign, monkeypatch):
    replace = lessons.set_video

    def condemn_first(*args, **kwargs):
        Video.collection().update_many({}, {"$set": {"purging": True}})
        return replace(*args, **kwargs)

    monkeypatch.setattr(lessons, "set_video", condemn_first)

    answer = ask(client, lesson, admin, asset_id=foreign())

    assert (answer.status_code, answer.json["code"]) == (409, "video_deleted")


def test_an_unknown_asset_is_refused_by_field(client, mux, lesson, admin):
    answer = ask(client, lesson, admin, asset_id="nothing")

    assert (answer.status_code, answer.json["code"], list(answer.json["errors"]["json"])) == (
        422,
        "unknown_asset",
        ["asset_id"],
    )


def test_an_asset_that_cannot_play_is_refused(client, lesson, admin, foreign):
    answer = ask(client, lesson, admin, asset_id=foreign(url="https://samples.test/broken.mp4"))

    assert (answer.status_code, answer.json["code"]) == (409, "video_errored")


def test_subtitles_of_an_asset_that_is_being_prepared_come_too_early(client, mux, lesson, admin, foreign):
    mux.pause_encoding()

    answer = ask(client, lesson, admin, asset_id=foreign(), subtitles=["en"])

    assert (answer.status_code, answer.json["code"]) == (409, "video_not_ready")


@pytest.mark.parametrize("asset_id", [None, 7, "", "..", "a/b", "a?b", "x" * 101, "\x00"])
def test_a_bad_id_is_named(client, mux, lesson, admin, asset_id):
    answer = ask(client, lesson, admin, asset_id=asset_id)

    assert (answer.status_code, list(answer.json["errors"]["json"])) == (422, ["asset_id"])


def test_a_stranger_is_not_told_that_there_is_a_draft(client, lesson, stranger, foreign):
    assert ask(client, lesson, stranger, asset_id=foreign()).status_code == 404


@pytest.fixture
def colleague(app):
    return make_person(Role.INSTRUCTOR, "Carl")


@pytest.fixture
def theirs(colleague):
    """A draft of somebody else's that waits for its video."""
    return make_course(colleague, published=False).video


def refusal(answer):
    return answer.status_code, answer.json.get("code")


def test_instructors_do_not_play_what_they_were_refused_by_importing_it(client, give, lesson, theirs, colleague):
    asset_id = give(lesson)["asset_id"]

    assert refusal(ask(client, theirs, colleague, asset_id=asset_id)) == (403, "not_your_asset")
    assert client.get(f"/lessons/{theirs.id}/video", auth=colleague).status_code == 404


def test_an_asset_that_no_course_uses_is_for_administrators(client, lesson, owner, foreign, mux):
    unused, unknown = (ask(client, lesson, owner, asset_id=asset_id) for asset_id in (foreign(), "nothing"))

    # Nobody learns from the answer which assets there are.
    assert refusal(unused) == refusal(unknown) == (403, "not_your_asset")


def test_an_asset_of_an_upload_without_a_course_is_for_administrators(client, give, admin, owner, lesson):
    lonely = make_lesson(admin, None, kind=LessonKind.VIDEO)
    asset_id = give(lonely, auth=admin)["asset_id"]

    assert refusal(ask(client, lesson, owner, asset_id=asset_id)) == (403, "not_your_asset")


def test_instructors_import_what_they_use_elsewhere(client, give, lesson, another_video_lesson, owner):
    video = give(lesson)

    answer = ask(client, another_video_lesson, owner, asset_id=video["asset_id"])

    assert (answer.status_code, answer.json["video"]["id"]) == (201, video["id"])


def test_instructors_import_what_only_an_old_version_uses(
    client, give, publish, draft_course, another_video_lesson, owner
):
    old = give(draft_course.video)
    publish(draft_course)
    give(draft_course.video)
    publish(draft_course)

    assert ask(client, another_video_lesson, owner, asset_id=old["asset_id"]).status_code == 201


def test_an_asset_that_two_courses_use_is_imported_by_instructors_of_both(
    client, give, lesson, theirs, another_video_lesson, draft_course, owner, colleague, admin
):
    asset_id = give(lesson)["asset_id"]
    ask(client, theirs, admin, asset_id=asset_id)
    assert refusal(ask(client, another_video_lesson, owner, asset_id=asset_id)) == (403, "not_your_asset")

    both = {"instructor_ids": [owner.id, colleague.id]}
    client.put(f"/courses/{draft_course.id}/instructors", json=both, auth=owner)

    assert ask(client, theirs, colleague, asset_id=asset_id).status_code == 201


def test_an_asset_of_a_course_that_was_deleted_is_for_administrators(
    client, give, lesson, draft_course, owner, colleague, theirs
):
    asset_id = give(lesson)["asset_id"]
    client.delete(f"/courses/{draft_course.id}", auth=owner)

    assert video_use.courses_using(asset_id) == []
    assert refusal(ask(client, theirs, colleague, asset_id=asset_id)) == (403, "not_your_asset")
