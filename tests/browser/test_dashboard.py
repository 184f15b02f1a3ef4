"""The dashboard in a real browser: sign-in, figures, tables, files, keyboard, errors and appearance."""

import random
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from learnstream.clock import now
from learnstream.documents import LessonKind
from learnstream.integrations import files as port
from learnstream.models import Role
from learnstream.models.mail import Mail, MailState, MailTemplate
from learnstream.services.accounts import sessions
from learnstream.services.analytics import rollup
from learnstream.services.media import file_sweeps, files
from learnstream.stores.sql import db
from tests.browser.conftest import tab_to
from tests.factories import make_course, make_person, make_video, put_video
from tests.files import make_file
from tests.learning import open_text, seat, show_videos, watch

TITLES = ["Welcome to the night sky", "Why the moon has phases", "Eclipses", "Reading a star chart", "What comes next"]
VIDEO_SECONDS = 600.0


@pytest.fixture(autouse=True)
def stage(request, keep):
    """The course with its activity, for the tests that have it: before anything else that they have."""
    return keep(active_course) if "activity" in request.fixturenames else None


@pytest.fixture
def owner(stage):
    return stage.owner if stage else make_person(Role.INSTRUCTOR, "Ines")


@pytest.fixture
def course(stage, owner):
    return stage.course if stage else make_astronomy(owner)


@pytest.fixture
def activity(stage):
    """Three dozen learners over four weeks, most of whom go on, some of whom leave."""
    return stage.videos


def make_astronomy(owner):
    lessons = [{"title": title, "kind": LessonKind.VIDEO} for title in TITLES]
    return make_course(owner, lessons=[*lessons, {"title": "Summary", "kind": LessonKind.TEXT}], title="Astronomy")


def active_course():
    owner = make_person(Role.INSTRUCTOR, "Ines")
    course = make_astronomy(owner)
    return SimpleNamespace(owner=owner, course=course, videos=act(course))


def act(course):
    videos, rng = show_videos(course, *[VIDEO_SECONDS] * len(TITLES)), random.Random(4)
    for number in range(36):
        started_at = now() - timedelta(days=rng.uniform(1, 27))
        person = make_person(name=f"Learner {number}")
        seat(person, course, enrolled_at=started_at)
        watch_course(person, course, videos, started_at, rng)
    put_video(course.lessons[4], make_video(status="errored", error={"messages": ["The file is no video."]}))
    rollup.run(rest=0)
    return videos


def watch_course(person, course, videos, started_at, rng):
    at = started_at + timedelta(hours=3)
    for lesson, video_id in zip(course.lessons, videos, strict=False):
        if at > now():
            return
        stays = rng.random() < 0.8
        end = VIDEO_SECONDS if stays else rng.uniform(30, 400)
        watch(person, course, lesson, video_id, (0, end), at=at, duration=VIDEO_SECONDS)
        if stays and rng.random() < 0.4:
            again = rng.uniform(180, 320)
            watch(person, course, lesson, video_id, (again, again + 60), at=at, duration=VIDEO_SECONDS, position=end)
        if not stays and rng.random() < 0.6:
            return
        at += timedelta(hours=rng.uniform(5, 60))
    if at < now():
        open_text(person, course, course.lessons[-1], at)


@pytest.fixture
def sign_in(page, server):
    def sign_in(person, at="/dashboard"):
        page.goto(f"{server}{at}")
        page.get_by_label("E-mail address").fill(person.email)
        page.get_by_label("Password").fill(person.password)
        page.get_by_role("button", name="Sign in").click()

    return sign_in


@pytest.fixture
def require_no_errors(page, server):
    """Check at the end that the page sent no external requests and logged no errors."""
    yield
    assert page.hosts <= {server.removeprefix("http://")}
    assert page.complaints == []


def heading(page, name):
    return expect(page.get_by_role("heading", level=1, name=name))


def test_an_admin_sees_the_platform_a_course_and_a_lesson(
    page, sign_in, require_no_errors, admin, activity, screenshots
):
    sign_in(admin)
    heading(page, "All courses").to_be_focused()
    expect(page.get_by_role("img", name=re.compile("^Active learners"))).to_be_visible()
    expect(page.locator(".tile").first).to_contain_text("36")
    expect(page.get_by_role("region", name="Videos that failed")).to_contain_text("The file is no video.")
    page.screenshot(path=screenshots / "dashboard-platform.png", full_page=True)

    page.get_by_label("Course").select_option("Astronomy")
    heading(page, "Astronomy").to_be_visible()
    page.screenshot(path=screenshots / "dashboard.png", full_page=True)

    page.get_by_role("region", name="Lessons", exact=True).get_by_role("link", name="2. Why the moon").click()
    heading(page, "Why the moon has phases").to_be_focused()
    expect(page.get_by_role("img", name=re.compile("^Retention. .* viewers of a video of 10:00"))).to_be_visible()
    page.screenshot(path=screenshots / "dashboard-lesson.png", full_page=True)

    page.go_back()
    heading(page, "Astronomy").to_be_visible()


def test_dark_mode_is_supported(page, sign_in, require_no_errors, owner, activity, screenshots):
    page.emulate_media(color_scheme="dark")
    sign_in(owner)
    heading(page, "Astronomy").to_be_visible()

    page.screenshot(path=screenshots / "dashboard-dark.png", full_page=True)

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 20, 27)"


def test_every_chart_has_a_table(page, sign_in, require_no_errors, owner, course, activity):
    sign_in(owner, f"/dashboard#/lessons/{course.lessons[0].id}")
    heading(page, TITLES[0]).to_be_visible()
    charts = page.get_by_role("img").count()
    for summary in page.get_by_text("Show as a table").all():
        summary.click()

    assert page.get_by_role("region", name=re.compile("as a table$")).count() == charts > 1
    row = page.get_by_role("table", name="Retention").get_by_role("row", name=re.compile("^0:00 . 0:06"))
    expect(row.get_by_role("cell").first).to_have_text("36")


def test_a_table_can_be_downloaded(page, sign_in, require_no_errors, owner, course, activity):
    sign_in(owner)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download as CSV: funnel").click()

    assert saved.value.suggested_filename == f"course-{course.id}-funnel.csv"
    lines = saved.value.path().read_text().splitlines()
    columns = ("position", "module", "lesson_id", "title", "kind", "started", "completed", "watch_seconds")
    assert lines[0] == "\ufeff" + ",".join(f'"{name}"' for name in columns)
    assert lines[1].startswith("1,")
    assert TITLES[0] in lines[1]


def test_a_failed_download_is_reported(page, sign_in, owner, course, activity):
    sign_in(owner)
    heading(page, "Astronomy").to_be_visible()
    page.route("**/analytics.csv?*", lambda route: route.abort())
    page.get_by_role("button", name="Download as CSV: funnel").click()

    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("cannot be reached")


def test_the_page_fits_a_phone(page, sign_in, require_no_errors, owner, course, activity, screenshots):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(owner, f"/dashboard#/lessons/{course.lessons[0].id}")
    heading(page, TITLES[0]).to_be_visible()
    page.screenshot(path=screenshots / "dashboard-small.png", full_page=True)

    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_range_can_be_changed(page, sign_in, require_no_errors, owner, activity):
    sign_in(owner)
    expect(page.get_by_role("img", name=re.compile("^Active learners"))).to_be_visible()
    page.get_by_label("From", exact=True).fill("2020-01-01")
    page.get_by_label("To", exact=True).fill("2020-01-31")
    page.get_by_role("button", name="Update").click()

    expect(page.get_by_text("No learners were active in these days.")).to_be_visible()
    expect(page.get_by_label("Period")).to_have_value("")


def test_an_invalid_range_is_reported_at_its_field_and_hides_nothing(page, sign_in, owner, course):
    sign_in(owner)
    heading(page, "Astronomy").to_be_visible()
    page.get_by_label("From", exact=True).fill("2020-02-01")
    page.get_by_label("To", exact=True).fill("2020-01-01")
    page.get_by_role("button", name="Update").click()

    field = page.get_by_label("From", exact=True)
    expect(field).to_have_accessible_description("Must not be after “To”.")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    heading(page, "Astronomy").to_be_visible()
    expect(page.get_by_text("There are no enrollments yet.")).to_be_visible()

    field.fill("2020-01-01")
    page.get_by_role("button", name="Update").click()
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description("")


def chart(page, name, figure):
    """Evaluate an expression of `chart`: what Chart.js has drawn."""
    canvas = page.get_by_role("img", name=re.compile(f"^{name}"))
    return canvas.evaluate(f"canvas => {{ const chart = Chart.getChart(canvas); return {figure}; }}")


def test_names_and_focus_rings_fit_a_phone(page, sign_in, owner, activity):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(owner)
    heading(page, "Astronomy").to_be_focused()
    shown = "chart.scales.y.getLabels().map((_, row) => chart.scales.y.ticks[row].label)"
    labels = chart(page, "Lesson by lesson", shown)

    assert labels[1].startswith("2. Why the m")
    assert labels[1].endswith("…")
    widest = "Math.max(...chart.scales.y.ticks.map(({label}) => chart.ctx.measureText(label).width))"
    assert chart(page, "Lesson by lesson", f"chart.scales.y.width - {widest}") >= 0

    ring = page.evaluate(
        """() => {
          const [title, below] = ["title", "as-of"].map((id) => document.getElementById(id));
          const { outlineWidth, outlineOffset } = getComputedStyle(title);
          const bottom = title.getBoundingClientRect().bottom + parseFloat(outlineWidth) + parseFloat(outlineOffset);
          return below.getBoundingClientRect().top - bottom;
        }"""
    )
    assert ring >= 0


@pytest.mark.parametrize(
    ("seconds", "unit", "shown"), [(90, "seconds", "1 min 30 s"), (600, "minutes", "10 min"), (9000, "hours", "2.5 h")]
)
def test_a_time_has_the_unit_of_its_size(page, server, seconds, unit, shown):
    page.goto(server)
    found = page.evaluate(
        """async (seconds) => {
          const { duration, unitFor } = await import("/static/dashboard/format.js");
          return [unitFor(seconds).name, duration(seconds)];
        }""",
        seconds,
    )

    assert found == [unit, shown]


def test_a_chart_and_its_table_use_the_same_unit(page, sign_in, require_no_errors, owner, course):
    video_id, *_ = show_videos(course, *[VIDEO_SECONDS] * len(TITLES))
    learner = make_person()
    seat(learner, course)
    watch(learner, course, course.lessons[0], video_id, (0, 180), at=now() - timedelta(hours=1), duration=VIDEO_SECONDS)
    rollup.run(rest=0)
    sign_in(owner)
    heading(page, "Astronomy").to_be_visible()

    assert chart(page, "Watch time", "chart.options.scales.y.title.text") == "minutes"
    assert chart(page, "Watch time", "Math.max(...chart.data.datasets[0].data)") == 3
    card = page.locator("section", has=page.get_by_role("heading", name="Watch time"))
    card.get_by_text("Show as a table").click()
    expect(page.get_by_role("table", name="Watch time")).to_contain_text("3 min")


def test_a_course_without_learners_shows_a_message(page, sign_in, require_no_errors, owner, course):
    sign_in(owner)

    expect(page.get_by_text("There are no enrollments yet.")).to_be_visible()
    expect(page.get_by_text("Nothing has been counted yet.")).to_be_visible()


def test_an_instructor_without_courses_sees_a_message(page, sign_in, require_no_errors, other_owner):
    sign_in(other_owner)

    expect(page.get_by_text("Once you teach a course, its figures are here.")).to_be_visible()


def test_a_wrong_password_is_reported(page, sign_in, admin, server):
    page.goto(f"{server}/dashboard")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").filter(visible=True)).to_have_text("Enter your e-mail address and your password.")
    page.get_by_label("E-mail address").fill(admin.email)
    page.get_by_label("Password").fill("not this")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("password")
    expect(page.get_by_label("Password")).to_be_focused()


def test_students_see_that_they_have_no_access(page, sign_in, stranger):
    sign_in(stranger)

    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("for instructors and administrators")


def test_a_reload_keeps_the_session_and_the_view(page, sign_in, require_no_errors, admin, course):
    sign_in(admin, f"/dashboard#/courses/{course.id}")
    heading(page, "Astronomy").to_be_visible()
    page.reload()

    heading(page, "Astronomy").to_be_visible()


def test_an_ended_session_asks_to_sign_in_again(page, sign_in, owner, course):
    sign_in(owner)
    heading(page, "Astronomy").to_be_visible()
    sessions.end_all(user_id=owner.id, reason="tested")
    sessions.db.session.commit()
    page.get_by_role("button", name="Update").click()

    expect(page.get_by_role("alert").filter(visible=True)).to_have_text("Your session has ended. Sign in again.")


def test_signing_out_ends_the_session(page, sign_in, require_no_errors, owner, course):
    sign_in(owner)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.reload()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


def test_an_unreachable_server_is_reported_and_retried(page, sign_in, owner, course):
    sign_in(owner)
    heading(page, "Astronomy").to_be_visible()
    page.route("**/analytics?*", lambda route: route.abort())
    page.get_by_role("button", name="Update").click()
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text("cannot be reached")
    page.unroute("**/analytics?*")
    page.get_by_role("button", name="Try again").click()

    heading(page, "Astronomy").to_be_visible()


def test_the_page_is_usable_by_keyboard(page, sign_in, require_no_errors, owner, activity):
    sign_in(owner)
    heading(page, "Astronomy").to_be_focused()
    tab_to(page, page.locator("summary").filter(visible=True).first, presses=40)
    page.keyboard.press("Enter")

    expect(page.get_by_role("region", name=re.compile("as a table$")).first).to_be_visible()


def test_all_controls_have_accessible_names(page, sign_in, require_no_errors, owner, activity):
    sign_in(owner)
    heading(page, "Astronomy").to_be_visible()
    for role in ("img", "button", "link", "combobox", "region", "table"):
        unnamed = page.get_by_role(role, name=re.compile("^$"))
        assert unnamed.count() == 0, role
    assert page.get_by_role("img").count() >= 4


def card(page, name):
    return page.locator("section", has=page.get_by_role("heading", name=name, exact=True))


def mail_card(page):
    return card(page, "Mail")


def test_an_admin_sees_what_happens_to_files(page, sign_in, require_no_errors, admin, owner, screenshots):
    make_file(owner, state="processing", due_at=now(), state_at=now() - timedelta(minutes=12))
    abandoned = make_file(owner, review_at=now())
    port.service().put(files.staging_name(abandoned["_id"]), [bytes(1_200_000)], content_type=None)
    file_sweeps.review_due()
    sign_in(admin)

    expect(card(page, "Files")).to_contain_text("Being checked1the oldest for 12 min")
    expect(card(page, "Files")).to_contain_text("Removed11.2 MB, of which 0 were unused")
    card(page, "Files").screenshot(path=screenshots / "dashboard-files.png")


def test_an_admin_sees_the_queue_of_mails(page, sign_in, require_no_errors, admin, mail_configured, screenshots):
    for number, state in enumerate([MailState.QUEUED, MailState.QUEUED, MailState.FAILED]):
        created_at = now() - timedelta(minutes=12)
        mail = {"template": MailTemplate.INVITATION, "address": "sam@example.com", "cause": f"{number}"}
        db.session.add(Mail(**mail, state=state, created_at=created_at))
    db.session.commit()
    sign_in(admin)

    expect(mail_card(page)).to_contain_text("Waiting2the oldest for 12 min")
    expect(mail_card(page)).to_contain_text("Failed1listed at /admin/mails")
    expect(mail_card(page)).to_contain_text("Last sent")
    mail_card(page).screenshot(path=screenshots / "dashboard-mail.png")


def test_without_a_mail_server_an_admin_sees_that(page, sign_in, require_no_errors, admin):
    sign_in(admin)

    expect(mail_card(page)).to_contain_text("No mail server is configured")


def test_figures_are_shown_without_the_state_of_mails_and_files(page, sign_in, admin):
    page.route("**/admin/status", lambda route: route.abort())
    sign_in(admin)

    heading(page, "All courses").to_be_visible()
    expect(mail_card(page)).to_have_count(0)
    expect(card(page, "Files")).to_have_count(0)
