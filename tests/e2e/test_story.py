"""From an empty system to a lesson that plays for its learners only."""

from urllib.parse import urljoin

import pytest
import requests

from tests.e2e.conftest import READY_WITHIN
from tests.waiting import within


@pytest.fixture(scope="module")
def publish_course(instructor, mux):
    """Return a function that publishes a course with a video lesson, whose video comes by a real upload and real events.

    Its other lesson is a free preview text.
    """

    def publish_course(title):
        mux.misbehave(duplicate=1)
        course = instructor.call("POST", "/courses", 201, title=title, summary="What is up there")
        path = f"/courses/{course['id']}/lessons"
        lesson = instructor.call("POST", path, 201, title="The moon", kind="video")
        text = instructor.call("POST", path, 201, title="Hello", kind="text", body="# Hi", free_preview=True)
        origin = "https://learn.example"
        asked = instructor.call("POST", f"/lessons/{lesson['id']}/video/upload", 201, cors_origin=origin)
        assert mux.put_video(asked["upload"]["url"], mux.sample_video(seconds=2)) == 200
        address = f"/lessons/{lesson['id']}?draft=true"
        within(READY_WITHIN, lambda: instructor.call("GET", address)["video"]["status"] == "ready")
        published = instructor.call("POST", f"/courses/{course['id']}/publish", 201, note="First light")
        assert (published["version"], published["warnings"]) == (1, [])
        return {"id": course["id"], "lesson": lesson["id"], "text": text["id"]}

    return publish_course


@pytest.fixture(scope="module")
def course(publish_course):
    return publish_course("Astronomy")


@pytest.fixture
def enroll_student(course, student):
    """Return a function that creates students of a course."""

    def enroll_student(name, course=course):
        learner = student(name)
        learner.call("POST", f"/courses/{course['id']}/enroll", 201)
        return learner

    return enroll_student


def play(person, course, expect=200):
    return person.call("GET", f"/lessons/{course['lesson']}/playback", expect)


def fetch(url):
    return requests.get(url, timeout=20)


def entries(url):
    """Return the URLs in a playlist."""
    response = fetch(url)
    assert response.status_code == 200, response.text
    assert response.text.startswith("#EXTM3U")
    return [urljoin(url, line) for line in response.text.splitlines() if line and not line.startswith("#")]


def test_a_learner_plays_the_video(course, enroll_student):
    playback = play(enroll_student("Lea"), course)

    [rendition] = entries(playback["manifest_url"])
    segments = [fetch(url).content for url in entries(rendition)]
    assert sum(map(len, segments)) > 10_000
    # Every packet of an MPEG transport stream is 188 bytes long and begins with this byte.
    assert all(segment[::188] == b"\x47" * (len(segment) // 188) for segment in segments)
    assert playback["duration"] == pytest.approx(2.0, abs=0.2)
    assert fetch(playback["thumbnail_url"]).content.startswith(b"\xff\xd8")
    assert fetch(playback["storyboard_url"]).text.startswith("WEBVTT")


def test_users_without_access_get_no_url(course, student, visitor):
    assert play(student("Stan"), course, 403)["code"] == "not_enrolled"
    assert play(visitor(), course, 401)["code"] == "unauthenticated"


def test_the_stream_host_requires_the_right_token(course, enroll_student, mux):
    playback = play(enroll_student("Nina"), course)
    address, token = playback["manifest_url"].split("?token=")
    changed = token[:-8] + ("A" * 8 if not token.endswith("A" * 8) else "B" * 8)

    wrong = [address, f"{address}?token={changed}", f"{address}?token={playback['tokens']['thumbnail']}"]
    assert [fetch(url).status_code for url in wrong] == [403, 403, 403]
    assert fetch(playback["manifest_url"]).status_code == 200


def test_a_url_expires_with_its_token(course, enroll_student, mux):
    playback = play(enroll_student("Emil"), course)
    segment = entries(entries(playback["manifest_url"])[0])[0]

    mux.advance(24 * 3600)
    ended = [fetch(playback["manifest_url"]).status_code, fetch(segment).status_code]
    mux.advance(-24 * 3600)

    assert ended == [403, 403]


def test_a_withdrawn_learner_gets_no_urls(course, enroll_student):
    learner = enroll_student("Wim")
    play(learner, course)

    learner.call("DELETE", f"/courses/{course['id']}/enroll", 204)

    assert play(learner, course, 403)["code"] == "not_enrolled"
    learner.call("POST", f"/courses/{course['id']}/enroll", 201)
    play(learner, course)


def test_signing_out_ends_the_session(course, enroll_student):
    learner = enroll_student("Olga")
    learner.call("POST", "/auth/logout", 204)

    assert play(learner, course, 401)["code"] == "token_revoked"


def test_guests_find_the_course_and_read_its_preview(course, visitor):
    guest = visitor()

    assert [found["id"] for found in guest.call("GET", "/courses?q=astronomy")] == [course["id"]]
    assert [each["title"] for each in guest.call("GET", f"/courses/{course['id']}/lessons")] == ["The moon", "Hello"]
    assert guest.call("GET", f"/lessons/{course['text']}")["body"] == "# Hi"


def test_an_archived_course_still_plays_for_its_learners(course, enroll_student, student, instructor):
    learner = enroll_student("Ada")
    assert instructor.call("DELETE", f"/courses/{course['id']}", 409)["code"] == "course_has_learners"

    instructor.call("PATCH", f"/courses/{course['id']}", status="archived")

    late = student("Latif").call("POST", f"/courses/{course['id']}/enroll", 409)
    assert late["code"] == "course_archived"
    play(learner, course)
    assert learner.call("GET", "/users/me/enrollments")[0]["course"]["status"] == "archived"
    instructor.call("PATCH", f"/courses/{course['id']}", status="published")


def test_a_removed_video_plays_until_the_next_version(publish_course, enroll_student, instructor):
    course = publish_course("Geology")
    learner = enroll_student("Tom", course)
    before = play(learner, course)

    instructor.call("DELETE", f"/lessons/{course['lesson']}/video", 204)
    assert play(learner, course)["playback_id"] == before["playback_id"]
    warnings = instructor.call("POST", f"/courses/{course['id']}/publish", 201)["warnings"]

    assert [warning["lesson_id"] for warning in warnings] == [course["lesson"]]
    assert play(learner, course, 409)["code"] == "video_not_ready"


def test_a_course_without_learners_can_be_deleted(instructor, visitor):
    course = instructor.call("POST", "/courses", 201, title="A mistake")

    instructor.call("DELETE", f"/courses/{course['id']}", 204)

    visitor().call("GET", f"/courses/{course['id']}", 404)
