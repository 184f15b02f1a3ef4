"""From an empty system to a lesson that plays for its learners only."""

from urllib.parse import urljoin

import pytest
import requests

from tests.e2e.conftest import READY_WITHIN
from tests.waiting import within


@pytest.fixture(scope="module")
def course(instructor, mux):
    """Published, with a video lesson whose video came by a real upload and real events, and a text for everybody."""
    mux.misbehave(duplicate=1)
    course = instructor.call("POST", "/courses", 201, title="Astronomy", summary="What is up there")
    lesson = instructor.call("POST", f"/courses/{course['id']}/lessons", 201, title="The moon", kind="video")
    text = instructor.call(
        "POST", f"/courses/{course['id']}/lessons", 201, title="Hello", kind="text", body="# Hi", free_preview=True
    )
    asked = instructor.call("POST", f"/lessons/{lesson['id']}/video/upload", 201, cors_origin="https://learn.example")
    assert mux.put_video(asked["upload"]["url"], mux.sample_video(seconds=2)) == 200
    address = f"/lessons/{lesson['id']}?draft=true"
    within(READY_WITHIN, lambda: instructor.call("GET", address)["video"]["status"] == "ready")
    published = instructor.call("POST", f"/courses/{course['id']}/publish", 201, note="First light")
    assert (published["version"], published["warnings"]) == (1, [])
    return {"id": course["id"], "lesson": lesson["id"], "text": text["id"]}


@pytest.fixture
def enrol(course, student):
    """Makes students of the course."""

    def enrol(name):
        learner = student(name)
        learner.call("POST", f"/courses/{course['id']}/enroll", 201)
        return learner

    return enrol


def play(person, course, expect=200):
    return person.call("GET", f"/lessons/{course['lesson']}/playback", expect)


def fetch(url):
    return requests.get(url, timeout=20)


def entries(url):
    """The addresses that a playlist names."""
    answer = fetch(url)
    assert answer.status_code == 200, answer.text
    assert answer.text.startswith("#EXTM3U")
    return [urljoin(url, line) for line in answer.text.splitlines() if line and not line.startswith("#")]


def test_a_learner_plays_the_video(course, enrol):
    playback = play(enrol("Lea"), course)

    [rendition] = entries(playback["manifest_url"])
    segments = [fetch(url).content for url in entries(rendition)]
    assert sum(map(len, segments)) > 10_000
    # Every packet of an MPEG transport stream is 188 bytes long and begins with this byte.
    assert all(segment[::188] == b"\x47" * (len(segment) // 188) for segment in segments)
    assert playback["duration"] == pytest.approx(2.0, abs=0.2)
    assert fetch(playback["thumbnail_url"]).content.startswith(b"\xff\xd8")
    assert fetch(playback["storyboard_url"]).text.startswith("WEBVTT")


def test_nobody_else_is_given_a_url(course, student, visitor):
    assert play(student("Stan"), course, 403)["code"] == "not_enrolled"
    assert play(visitor(), course, 401)["code"] == "unauthenticated"


def test_the_stream_host_opens_to_the_right_token_only(course, enrol, mux):
    playback = play(enrol("Nina"), course)
    address, token = playback["manifest_url"].split("?token=")
    tampered = token[:-8] + ("A" * 8 if not token.endswith("A" * 8) else "B" * 8)

    wrong = [address, f"{address}?token={tampered}", f"{address}?token={playback['tokens']['thumbnail']}"]
    assert [fetch(url).status_code for url in wrong] == [403, 403, 403]
    assert fetch(playback["manifest_url"]).status_code == 200


def test_a_url_ends_with_its_token(course, enrol, mux):
    playback = play(enrol("Emil"), course)
    segment = entries(entries(playback["manifest_url"])[0])[0]

    mux.advance(24 * 3600)
    ended = [fetch(playback["manifest_url"]).status_code, fetch(segment).status_code]
    mux.advance(-24 * 3600)

    assert ended == [403, 403]


def test_who_leaves_is_given_no_more_urls(course, enrol):
    learner = enrol("Wim")
    play(learner, course)

    learner.call("DELETE", f"/courses/{course['id']}/enroll", 204)

    assert play(learner, course, 403)["code"] == "not_enrolled"
    learner.call("POST", f"/courses/{course['id']}/enroll", 201)
    play(learner, course)


def test_who_signs_out_is_out(course, enrol):
    learner = enrol("Olga")
    learner.call("POST", "/auth/logout", 204)

    assert play(learner, course, 401)["code"] == "token_revoked"


def test_everybody_finds_the_course_and_reads_its_preview(course, visitor):
    guest = visitor()

    assert [found["id"] for found in guest.call("GET", "/courses?q=astronomy")] == [course["id"]]
    assert [each["title"] for each in guest.call("GET", f"/courses/{course['id']}/lessons")] == ["The moon", "Hello"]
    assert guest.call("GET", f"/lessons/{course['text']}")["body"] == "# Hi"


def test_a_course_with_learners_is_archived_and_plays_on_for_them(course, enrol, student, instructor):
    learner = enrol("Ada")
    assert instructor.call("DELETE", f"/courses/{course['id']}", 409)["code"] == "course_has_learners"

    instructor.call("PATCH", f"/courses/{course['id']}", status="archived")

    late = student("Latif").call("POST", f"/courses/{course['id']}/enroll", 409)
    assert late["code"] == "course_archived"
    play(learner, course)
    assert learner.call("GET", "/users/me/enrollments")[0]["course"]["status"] == "archived"
    instructor.call("PATCH", f"/courses/{course['id']}", status="published")


def test_a_video_that_is_taken_out_plays_until_the_next_version(course, enrol, instructor, mux):
    learner = enrol("Tom")
    before = play(learner, course)

    instructor.call("DELETE", f"/lessons/{course['lesson']}/video", 204)
    assert play(learner, course)["playback_id"] == before["playback_id"]
    warnings = instructor.call("POST", f"/courses/{course['id']}/publish", 201)["warnings"]

    assert [warning["lesson_id"] for warning in warnings] == [course["lesson"]]
    assert play(learner, course, 409)["code"] == "video_not_ready"


def test_a_course_nobody_learns_in_can_be_deleted(instructor, visitor):
    course = instructor.call("POST", "/courses", 201, title="A mistake")

    instructor.call("DELETE", f"/courses/{course['id']}", 204)

    visitor().call("GET", f"/courses/{course['id']}", 404)
