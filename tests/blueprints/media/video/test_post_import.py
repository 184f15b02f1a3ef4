import pytest

from learnstream.documents import LessonKind, Video
from learnstream.models import Role
from learnstream.services.authoring import lessons
from learnstream.services.foundation import outbox
from learnstream.services.media import video_use
from tests.factories import make_course, make_lesson, make_person


def ask(client, lesson, auth, **body):
    return client.post(f"/lessons/{lesson.id}/video/import", json=body, auth=auth)


def test_an_asset_becomes_the_lessons_video(client, lesson, admin, foreign_asset):
    asset_id = foreign_asset()

    response = ask(client, lesson, admin, asset_id=asset_id)

    assert response.status_code == 201
    video = response.json["video"]
    assert (video["status"], video["asset_id"], video["source"]) == ("ready", asset_id, "import")
    assert client.get(f"/lessons/{lesson.id}/video", auth=admin).json["id"] == video["id"]


def test_lessons_share_the_video_of_an_asset(client, draft_course, admin, foreign_asset, another_video_lesson):
    asset_id = foreign_asset("signed")

    first = ask(client, draft_course.video, admin, asset_id=asset_id).json["video"]
    second = ask(client, another_video_lesson, admin, asset_id=asset_id).json["video"]

    assert first["id"] == second["id"]


def test_a_shared_asset_is_kept_until_no_lesson_uses_it(
    client, draft_course, admin, foreign_asset, assets, another_video_lesson
):
    lessons = (draft_course.video, another_video_lesson)
    asset_id = foreign_asset()
    for lesson in lessons:
        ask(client, lesson, admin, asset_id=asset_id)

    left = []
    for lesson in lessons:
        client.delete(f"/lessons/{lesson.id}/video", auth=admin)
        outbox.relay()
        left.append(assets())

    assert left == [{asset_id}, set()]


def test_importing_the_same_asset_twice_keeps_it(client, lesson, admin, foreign_asset, assets):
    asset_id = foreign_asset()

    for _ in range(2):
        ask(client, lesson, admin, asset_id=asset_id)
    outbox.relay()

    assert assets() == {asset_id}


def test_an_asset_marked_for_deletion_meanwhile_is_rejected(client, lesson, admin, foreign_asset, monkeypatch):
    replace = lessons.set_video

    def condemn_first(*args, **kwargs):
        Video.collection().update_many({}, {"$set": {"purging": True}})
        return replace(*args, **kwargs)

    monkeypatch.setattr(lessons, "set_video", condemn_first)

    response = ask(client, lesson, admin, asset_id=foreign_asset())

    assert (response.status_code, response.json["code"]) == (409, "video_deleted")


def test_an_unknown_asset_names_its_field(client, mux, lesson, admin):
    response = ask(client, lesson, admin, asset_id="nothing")

    assert (response.status_code, response.json["code"], list(response.json["errors"]["json"])) == (
        422,
        "unknown_asset",
        ["asset_id"],
    )


def test_an_unplayable_asset_is_rejected(client, lesson, admin, foreign_asset):
    response = ask(client, lesson, admin, asset_id=foreign_asset(url="https://samples.test/broken.mp4"))

    assert (response.status_code, response.json["code"]) == (409, "video_errored")


def test_subtitles_of_a_preparing_asset_are_rejected(client, mux, lesson, admin, foreign_asset):
    mux.pause_encoding()

    response = ask(client, lesson, admin, asset_id=foreign_asset(), subtitles=["en"])

    assert (response.status_code, response.json["code"]) == (409, "video_not_ready")


@pytest.mark.parametrize("asset_id", [None, 7, "", "..", "a/b", "a?b", "x" * 101, "\x00"])
def test_an_invalid_id_is_named(client, mux, lesson, admin, asset_id):
    response = ask(client, lesson, admin, asset_id=asset_id)

    assert (response.status_code, list(response.json["errors"]["json"])) == (422, ["asset_id"])


def test_a_draft_is_hidden_from_strangers(client, lesson, stranger, foreign_asset):
    assert ask(client, lesson, stranger, asset_id=foreign_asset()).status_code == 404


@pytest.fixture
def colleague(app):
    return make_person(Role.INSTRUCTOR, "Carl")


@pytest.fixture
def other_draft(colleague):
    """A draft of another instructor that waits for its video."""
    return make_course(colleague, published=False).video


def error(response):
    return response.status_code, response.json.get("code")


def test_instructors_cannot_import_assets_without_access(client, give_video, lesson, other_draft, colleague):
    asset_id = give_video(lesson)["asset_id"]

    assert error(ask(client, other_draft, colleague, asset_id=asset_id)) == (403, "not_your_asset")
    assert client.get(f"/lessons/{other_draft.id}/video", auth=colleague).status_code == 404


def test_only_administrators_import_assets_without_a_course(client, lesson, owner, foreign_asset, mux):
    unused, unknown = (ask(client, lesson, owner, asset_id=asset_id) for asset_id in (foreign_asset(), "nothing"))

    # The response does not reveal which assets exist.
    assert error(unused) == error(unknown) == (403, "not_your_asset")


def test_only_administrators_import_uploads_without_a_course(client, give_video, admin, owner, lesson):
    lonely = make_lesson(admin, None, kind=LessonKind.VIDEO)
    asset_id = give_video(lonely, auth=admin)["asset_id"]

    assert error(ask(client, lesson, owner, asset_id=asset_id)) == (403, "not_your_asset")


def test_instructors_import_assets_of_their_other_courses(client, give_video, lesson, another_video_lesson, owner):
    video = give_video(lesson)

    response = ask(client, another_video_lesson, owner, asset_id=video["asset_id"])

    assert (response.status_code, response.json["video"]["id"]) == (201, video["id"])


def test_instructors_import_assets_of_old_versions(
    client, give_video, publish, draft_course, another_video_lesson, owner
):
    old = give_video(draft_course.video)
    publish(draft_course)
    give_video(draft_course.video)
    publish(draft_course)

    assert ask(client, another_video_lesson, owner, asset_id=old["asset_id"]).status_code == 201


def test_an_asset_of_two_courses_is_imported_by_instructors_of_both(
    client, give_video, lesson, other_draft, another_video_lesson, draft_course, owner, colleague, admin
):
    asset_id = give_video(lesson)["asset_id"]
    ask(client, other_draft, admin, asset_id=asset_id)
    assert error(ask(client, another_video_lesson, owner, asset_id=asset_id)) == (403, "not_your_asset")

    both = {"instructor_ids": [owner.id, colleague.id]}
    client.put(f"/courses/{draft_course.id}/instructors", json=both, auth=owner)

    assert ask(client, other_draft, colleague, asset_id=asset_id).status_code == 201


def test_only_administrators_import_assets_of_deleted_courses(
    client, give_video, lesson, draft_course, owner, colleague, other_draft
):
    asset_id = give_video(lesson)["asset_id"]
    client.delete(f"/courses/{draft_course.id}", auth=owner)

    assert video_use.courses_using(asset_id) == []
    assert error(ask(client, other_draft, colleague, asset_id=asset_id)) == (403, "not_your_asset")
