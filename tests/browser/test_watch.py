"""The local stack's watch page in a real browser: a real stream, played by the browser's own HLS."""

import pytest
import requests
from playwright.sync_api import expect

from devstack.mux import Emulator
from devstack.processes import ports
from devstack.school.app import create_app
from learnstream.documents import LessonKind, Progress
from learnstream.models import Role
from learnstream.services.learning.coverage import whole
from tests.browser.conftest import sign_in, wait_for
from tests.factories import make_course, make_lesson, make_person, make_seat
from tests.server import Server

SECONDS = 8
PLAY = """async (video, [until, ...hideAt]) => {
  await video.play();
  for (;;) {
    if (video.currentTime >= hideAt[0]) {
      hideAt.shift();
      document.dispatchEvent(new Event("visibilitychange"));
    }
    if (video.ended || video.currentTime >= until) break;
    await new Promise((next) => setTimeout(next, 20));
  }
  video.pause();
  return video.currentTime;
}"""


@pytest.fixture(scope="module")
def mux(tmp_path_factory):
    """A Mux that encodes; its events go to the application's address."""
    port = ports.free()
    webhook_url = f"http://127.0.0.1:{port}/webhooks/mux"
    with Emulator(tmp_path_factory.mktemp("watch mux"), webhook_url=webhook_url) as emulator:
        emulator.application_port = port
        yield emulator


@pytest.fixture(scope="module")
def api(application, settings, mux, school, tmp_path_factory):
    """The application in a process of its own, which lets the pages' origin call it."""
    environment = settings | mux.environment() | {"CORS_ORIGINS": school.url}
    with Server(environment, tmp_path_factory.mktemp("watch") / "log", port=mux.application_port) as server:
        school.app = create_app(server.url)
        yield server.url


@pytest.fixture
def lesson(app, api, owner, mux):
    """A lesson whose video went through upload and encoding."""
    course = make_course(owner, [{"title": "Reading", "kind": LessonKind.TEXT, "body": "Read *this*."}], False)
    made = make_lesson(owner, course.id, "The moon", LessonKind.VIDEO)
    call = requests.Session()
    call.headers["Authorization"] = f"Bearer {owner.token}"
    with call:
        asked = call.post(f"{api}/lessons/{made.id}/video/upload", json={}, timeout=20).json()
        mux.put_video(asked["upload"]["url"], mux.sample_video(seconds=SECONDS))
        draft = f"{api}/lessons/{made.id}?draft=true"
        wait_for(lambda: call.get(draft, timeout=20).json()["video"]["status"] == "ready")
        call.post(f"{api}/courses/{course.id}/publish", json={}, timeout=20).raise_for_status()
    return course, made


@pytest.fixture
def student(lesson):
    person = make_person(Role.STUDENT, "Lea")
    make_seat(person, lesson[0])
    return person


@pytest.fixture
def video(page, school, student, lesson):
    """The lesson's player, after signing in and choosing it."""
    page.goto(school.url)
    sign_in(page, student)
    page.get_by_role("button", name=lesson[1].title).click()
    return loaded(page)


def loaded(page):
    video = page.locator("video")
    wait_for(lambda: video.evaluate("video => video.readyState >= 2"))
    return video


def play(video, until=SECONDS, hide_at=()):
    """Play until a moment of the video, then pause; returns where it stands. The page is hidden at some moments.

    The page watches the time itself: however slowly a test gets to know of it, no more is played.
    """
    return video.evaluate(PLAY, [until, *hide_at])


def seek(video, to):
    video.evaluate(f"video => new Promise(done => {{ video.onseeked = done; video.currentTime = {to} }})")


def watched(seconds):
    """Return the page's text for a lesson of which so much was watched."""
    return f"{seconds} s watched, {100 * seconds // SECONDS} %"


def test_a_student_watches_a_lesson_and_completes_it(page, video, student, lesson, screenshots):
    state = page.locator("#state")
    first = whole(play(video, until=2))
    expect(state).to_have_text(watched(first))

    seek(video, to=5)
    position = play(video, until=6.6)
    expect(state).to_have_text(watched(first + whole(position) - 5))

    page.reload()
    video = loaded(page)
    expect(page.locator("#resumed")).to_have_text(f"Going on at 0:0{int(position)}.")
    assert video.evaluate("video => video.currentTime") == pytest.approx(position, abs=0.1)
    expect(state).to_have_text(watched(first + whole(position) - 5))

    play(video)
    seek(video, to=2)
    play(video, until=5)
    expect(state).to_have_text(f"Completed · {watched(SECONDS)}")
    page.screenshot(path=screenshots / "watch.png")

    kept = Progress.collection().find_one({"_id": f"{student.id}:{lesson[1].id}"})
    assert kept["credited"] == SECONDS
    assert not page.get_by_label("Password").is_visible()
    assert page.complaints == []


def test_a_hidden_page_reports_without_losing_seconds(page, video):
    reports = []
    page.on("request", lambda request: reports.append(request) if request.method == "PUT" else None)
    position = play(video, until=4, hide_at=(1.3, 2.6))

    expect(page.locator("#state")).to_have_text(watched(whole(position)))
    assert len(reports) >= 3


def test_unsent_heartbeats_are_sent_on_the_next_visit(page, video):
    # A network that is gone, also for what the browser sends while it leaves the page.
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('no network')) }")
    first = whole(play(video, until=2))
    page.reload()
    video = loaded(page)
    expect(page.locator("#state")).to_have_text(watched(first))

    seek(video, to=5)
    position = play(video, until=6)

    expect(page.locator("#state")).to_have_text(watched(first + whole(position) - 5))


def test_users_of_a_shared_device_send_their_own_heartbeats(page, video, student, lesson):
    other = make_person(Role.STUDENT, "Otto")
    make_seat(other, lesson[0])
    # Nothing is taken of what the first one watches.
    page.route("**/progress", lambda route: route.abort() if route.request.method == "PUT" else route.continue_())
    first = whole(play(video, until=2))
    leave(page)
    page.unroute("**/progress")

    sign_in(page, other)
    page.get_by_role("button", name=lesson[1].title).click()
    seek(loaded(page), to=5)
    second = whole(play(page.locator("video"), until=6)) - 5
    expect(page.locator("#state")).to_have_text(watched(second))
    assert page.evaluate("() => Object.keys(localStorage).length") >= 1
    leave(page)

    sign_in(page, student)
    page.get_by_role("button", name=lesson[1].title).click()
    expect(page.locator("#state")).to_have_text(watched(first))
    assert page.evaluate("() => Object.keys(localStorage)") == []


def leave(page):
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible()


def test_a_failed_sign_in_is_reported(page, school, student):
    page.goto(school.url)
    page.get_by_label("E-mail").fill(student.email)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_have_text("The e-mail address or the password is wrong.")


def test_opening_a_text_completes_it(page, video):
    page.get_by_role("button", name="Reading").click()

    expect(page.locator("#text")).to_have_text("Read *this*.")
    expect(page.locator("#state")).to_have_text("Completed")


def test_a_withdrawn_course_is_not_offered(page, school, student, owner):
    withdrawn = make_course(owner, [{"title": "Left behind", "kind": LessonKind.TEXT}], title="Withdrawn course")
    make_seat(student, withdrawn, status="withdrawn")
    page.goto(school.url)
    sign_in(page, student)

    expect(page.get_by_role("button", name="The moon")).to_be_visible()
    expect(page.get_by_text("Withdrawn course")).to_have_count(0)
