from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import LessonKind, Video, VideoStatus
from learnstream.integrations.mux import playback_tokens
from learnstream.policies import access
from learnstream.schemas.delivery.playback import PlaybackSchema
from learnstream.services.authoring.publishing import Learners
from learnstream.services.delivery import playback, viewings
from learnstream.services.media import video_facts
from tests.factories import archive, make_course, make_ready_video, make_seat, put_video, show_video


@pytest.fixture
def video(course):
    """The video of `course`'s video lesson."""
    video_id = make_ready_video(playback_id="abc")
    show_video(course, course.video, video_id)
    return video_id


def play(client, person, lesson, **query):
    return client.get(f"/lessons/{lesson.id}/playback", auth=person, query_string=query)


def claims(token):
    return jwt.decode(token, options={"verify_signature": False})


@pytest.mark.parametrize("person", ["learner", "owner", "admin"])
def test_permitted_users_get_signed_urls(client, course, video, request, person):
    response = play(client, request.getfixturevalue(person), course.video)

    assert response.status_code == 200
    assert response.json["playback_id"] == "abc"
    assert response.json["manifest_url"].endswith(f"/abc.m3u8?token={response.json['tokens']['playback']}")
    assert response.json["thumbnail_url"].endswith(f"/abc/thumbnail.jpg?token={response.json['tokens']['thumbnail']}")
    assert response.json["storyboard_url"].endswith(
        f"/abc/storyboard.vtt?token={response.json['tokens']['storyboard']}"
    )
    assert (response.json["duration"], response.json["aspect_ratio"]) == (120.5, "16:9")


def test_a_stranger_is_rejected(client, stranger, course, video):
    response = play(client, stranger, course.video)

    assert (response.status_code, response.json["code"]) == (403, "not_enrolled")


def test_a_guest_is_rejected(client, course, video):
    assert play(client, None, course.video).status_code == 401


def test_a_free_preview_needs_no_token(client, owner):
    course = make_course(owner, [{"title": "Trailer", "kind": LessonKind.VIDEO, "free_preview": True}])
    show_video(course, course.lessons[0], make_ready_video())

    assert play(client, None, course.lessons[0]).status_code == 200


def test_a_free_preview_rejects_an_invalid_token(client, course):
    response = client.get(f"/lessons/{course.preview.id}/playback", headers={"Authorization": "Bearer nonsense"})

    assert (response.status_code, response.json["code"]) == (401, "token_invalid")


def test_a_withdrawn_learner_gets_no_tokens(client, learner, course, video):
    before = play(client, learner, course.video)
    client.delete(f"/courses/{course.id}/enroll", auth=learner)

    after = play(client, learner, course.video)

    assert (before.status_code, after.status_code, after.json["code"]) == (200, 403, "not_enrolled")


def test_a_cached_enrollment_ends_on_time(client, stranger, course, video, monkeypatch):
    seat = make_seat(stranger, course, expires_at=now() + timedelta(hours=1))
    before = play(client, stranger, course.video)
    monkeypatch.setattr(access, "now", lambda: seat.expires_at)

    after = play(client, stranger, course.video)

    assert (before.status_code, after.status_code, after.json["code"]) == (200, 403, "enrollment_expired")


def test_an_archived_course_still_plays_for_its_learners(client, learner, course, video):
    archive(course)

    assert play(client, learner, course.video).status_code == 200


def test_learners_who_keep_their_version_keep_its_video(client, learner, owner, course, video):
    show_video(course, course.video, make_ready_video(playback_id="new"), learners=Learners.KEEP)

    assert play(client, learner, course.video).json["playback_id"] == "abc"
    assert play(client, owner, course.video).json["playback_id"] == "new"


@pytest.mark.parametrize(("person", "status"), [("owner", 200), ("admin", 200), ("learner", 404), ("stranger", 404)])
def test_a_draft_plays_for_authors_only(client, course, video, request, person, status):
    put_video(course.video, make_ready_video(playback_id="draft"))

    response = play(client, request.getfixturevalue(person), course.video, draft="true")

    assert (response.status_code, response.json.get("playback_id")) == (status, "draft" if status == 200 else None)


def test_a_guest_sees_no_draft(client, course):
    assert play(client, None, course.video, draft="true").status_code == 401


def test_an_unknown_lesson_is_not_found(client, stranger):
    assert client.get(f"/lessons/{'0' * 24}/playback", auth=stranger).status_code == 404
    assert client.get(f"/lessons/{'0' * 24}/playback").status_code == 401


def test_an_invalid_draft_flag_is_named(client, stranger, course):
    assert list(play(client, stranger, course.video, draft="perhaps").json["errors"]["query"]) == ["draft"]


def test_a_text_lesson_has_no_playback(client, learner, course):
    response = play(client, learner, course.text)

    assert (response.status_code, response.json["code"]) == (404, "not_a_video")


def test_a_lesson_may_have_no_video_yet(client, learner, course):
    response = play(client, learner, course.video)

    assert (response.status_code, response.json["code"]) == (409, "video_not_ready")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"status": VideoStatus.WAITING}, "video_not_ready"),
        ({"status": VideoStatus.PREPARING}, "video_not_ready"),
        ({"status": VideoStatus.CANCELLED}, "video_not_ready"),
        ({"status": VideoStatus.TIMED_OUT}, "video_not_ready"),
        ({"status": VideoStatus.READY, "playback_id": None}, "video_not_ready"),
        ({"status": VideoStatus.ERRORED}, "video_errored"),
        ({"status": VideoStatus.DELETED}, "video_deleted"),
    ],
)
def test_an_unplayable_video_has_an_error_code(client, learner, course, facts, code):
    show_video(course, course.video, make_ready_video(**facts))

    response = play(client, learner, course.video)

    assert (response.status_code, response.json["code"]) == (409, code)


def test_a_missing_video_is_reported_as_deleted(client, learner, course, video):
    Video.collection().delete_many({})

    assert play(client, learner, course.video).json["code"] == "video_deleted"


def test_a_taken_down_video_stops_immediately(client, learner, course, video):
    play(client, learner, course.video)
    video_facts.advance(ObjectId(video), VideoStatus.DELETED)

    assert play(client, learner, course.video).json["code"] == "video_deleted"


def test_without_a_signing_key_nothing_plays(app, client, learner, course, video, monkeypatch):
    monkeypatch.setitem(app.config, "MUX_SIGNING_KEY_ID", "")

    response = play(client, learner, course.video)

    assert (response.status_code, response.json["code"]) == (503, "video_unconfigured")


def test_each_token_has_one_audience_and_outlasts_the_video(client, learner, course, video):
    response = play(client, learner, course.video).json

    found = {name: claims(token) for name, token in response["tokens"].items()}
    assert {name: token["aud"] for name, token in found.items()} == {
        "playback": "v",
        "thumbnail": "t",
        "storyboard": "s",
    }
    assert {token["sub"] for token in found.values()} == {"abc"}
    ends = datetime.fromisoformat(response["expires_at"])
    assert {token["exp"] for token in found.values()} == {ends.timestamp()}
    assert ends >= now() + timedelta(seconds=120.5) + playback_tokens.SLACK
    assert now() + timedelta(seconds=120) < datetime.fromisoformat(response["renew_after"]) < ends


def test_signed_urls_have_no_parameters_but_their_token(client, learner, course, video):
    response = play(client, learner, course.video).json

    queries = [parse_qs(urlsplit(response[f"{kind}_url"]).query) for kind in ("manifest", "thumbnail", "storyboard")]
    assert [list(query) for query in queries] == [["token"]] * 3


def test_tokens_are_shared_by_all_viewers(client, learner, owner, course, video, monkeypatch):
    first = play(client, learner, course.video)
    monkeypatch.setattr(playback, "sign", None)

    own = {"viewing_id": None, "session_id": None}
    assert play(client, owner, course.video).json | own == first.json | own


def test_a_cached_response_needs_one_round_trip(client, learner, course, video, queries):
    play(client, learner, course.video)
    queries.clear()

    play(client, learner, course.video)

    # Session, course and seat, the video and its response together. The viewing is signed and needs no store.
    assert queries == ["redis"]


def test_a_prefetched_response_of_a_replaced_video_is_not_used(client, learner, course, video):
    play(client, learner, course.video)
    show_video(course, course.video, make_ready_video(playback_id="other"))

    assert play(client, learner, course.video).json["playback_id"] == "other"


def test_the_cached_response_expires_with_its_window(client, learner, course, video, monkeypatch):
    first = play(client, learner, course.video).json
    later = now() + playback_tokens.WINDOW
    monkeypatch.setattr(playback, "now", lambda: later)

    second = play(client, learner, course.video).json

    assert (
        datetime.fromisoformat(second["expires_at"])
        == datetime.fromisoformat(first["expires_at"]) + playback_tokens.WINDOW
    )


def test_only_ready_text_tracks_are_listed(client, learner, course):
    text = {"type": "text", "text_type": "subtitles", "language_code": "en", "name": "English"}
    tracks = [
        {"id": "v", "type": "video", "status": "ready"},
        {"id": "t1", "status": "ready", **text},
        {"id": "t2", "status": "preparing", **text},
    ]
    show_video(course, course.video, make_ready_video(tracks=tracks, playback_id="abc"))

    response = play(client, learner, course.video).json

    [track] = response["tracks"]
    assert track.pop("url").endswith(f"/abc/text/t1.vtt?token={response['tokens']['playback']}")
    assert track == {"id": "t1", "kind": "subtitles", "language_code": "en", "name": "English"}


def test_a_player_is_returned_on_request_only(client, learner, course, video):
    assert "embed_html" not in play(client, learner, course.video).json
    assert play(client, learner, course.video, embed="yes please").status_code == 422


def test_the_embed_code_contains_the_tokens(client, learner, course, video):
    response = play(client, learner, course.video, embed="true").json

    tokens = response["tokens"]
    assert response["embed_html"] == (
        f'<mux-player stream-type="on-demand" playback-id="abc" playback-token="{tokens["playback"]}" '
        f'thumbnail-token="{tokens["thumbnail"]}" storyboard-token="{tokens["storyboard"]}" '
        f'metadata-video-id="{video}" style="aspect-ratio: 16 / 9"></mux-player>'
    )


def test_the_embed_code_is_escaped(client, learner, course):
    show_video(course, course.video, make_ready_video(playback_id='"><script>', aspect_ratio='1:1"'))

    embed = play(client, learner, course.video, embed="true").json["embed_html"]

    assert 'playback-id="&quot;&gt;&lt;script&gt;"' in embed
    assert "style" not in embed


def test_a_viewing_is_signed_for_its_viewer(client, learner, course, video):
    before = now()

    first, second = (play(client, learner, course.video).json["viewing_id"] for _ in range(2))

    viewing = viewings.read(first, user_id=learner.id, lesson_id=course.video.id)
    assert viewing.video_id == video
    assert before <= viewing.began_at <= now()
    assert first != second


def test_the_deprecated_viewing_field_is_returned(client, learner, course, video):
    response = play(client, learner, course.video).json

    assert response["session_id"] == response["viewing_id"]


def test_guests_and_drafts_have_no_viewing(client, owner, course, video):
    preview = make_course(owner, [{"title": "Trailer", "kind": LessonKind.VIDEO, "free_preview": True}])
    show_video(preview, preview.lessons[0], video)

    assert play(client, None, preview.lessons[0]).json["viewing_id"] is None
    assert play(client, owner, course.video, draft="true").json["viewing_id"] is None


def test_the_response_is_not_cacheable(client, learner, course, video):
    assert play(client, learner, course.video).headers["Cache-Control"] == "private, no-store"


def test_the_response_has_the_documented_shape(client, learner, course, video):
    response = play(client, learner, course.video, embed="true").json

    assert sorted(response) == sorted(PlaybackSchema().fields)
    PlaybackSchema().load(response)
