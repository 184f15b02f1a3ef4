from datetime import UTC, datetime, timedelta

import pytest

from learnstream.clock import now
from learnstream.services.analytics import rollup
from learnstream.services.authoring import publishing
from tests.factories import make_course, make_lesson, make_person
from tests.learning import finish, seat, watch


@pytest.fixture
def address(course):
    return f"/courses/{course.id}/analytics?from=2026-03-01&to=2026-03-04"


def test_a_course_shows_how_it_is_doing(show, school, address, owner):
    found = show(address, auth=owner)

    assert (found["title"], found["version"]) == ("Films", 3)
    assert found["totals"] == {
        "enrollments": 2,
        "completed": 1,
        "watch_seconds": 310,
        "median_completion_seconds": 86400,
    }
    assert found["reached"] == [
        {"share": share, "learners": count} for share, count in ((0.25, 2), (0.5, 1), (0.75, 1))
    ]


def test_every_day_of_the_range_is_there(show, school, address):
    found = show(address)

    nothing = {"active": 0, "completions": 0, "watch_seconds": 0, "enrollments": 0}
    assert found["days"] == [
        {"day": "2026-03-01", **nothing},
        {"day": "2026-03-02", "active": 1, "completions": 0, "watch_seconds": 50, "enrollments": 2},
        {"day": "2026-03-03", "active": 2, "completions": 1, "watch_seconds": 260, "enrollments": 0},
        {"day": "2026-03-04", **nothing},
    ]
    assert (found["from"], found["to"]) == ("2026-03-01", "2026-03-04")


def test_the_range_adds_up_its_days_and_the_totals_stay(show, school, course):
    found = show(f"/courses/{course.id}/analytics?from=2026-03-02&to=2026-03-02")

    assert found["range"] == {"completions": 0, "watch_seconds": 50, "enrollments": 2}
    assert found["totals"]["watch_seconds"] == 310


def test_the_funnel_follows_the_outline(show, school, address, course):
    steps = show(address)["funnel"]

    assert [(step["position"], step["title"], step["kind"]) for step in steps] == [
        (1, "First film", "video"),
        (2, "Second film", "video"),
        (3, "Summary", "text"),
    ]
    assert [(step["started"], step["completed"]) for step in steps] == [(2, 2), (1, 1), (1, 1)]
    assert steps[0]["lesson_id"] == course.lessons[0].id


def test_a_lesson_that_is_new_has_nothing_yet(show, school, address, course, owner):
    make_lesson(owner, course.id, title="One more")
    publishing.publish(course_id=course.id, published_by=owner.id)

    last = show(address)["funnel"][-1]

    assert (last["title"], last["started"], last["watch_seconds"]) == ("One more", 0, 0)


def test_thirty_days_are_shown_by_default(show, school, course):
    days = show(f"/courses/{course.id}/analytics")["days"]

    today = datetime.now(UTC).date()
    assert [days[0]["day"], days[-1]["day"]] == [(today - timedelta(days=29)).isoformat(), today.isoformat()]
    assert len(days) == 30


@pytest.mark.parametrize("published", [True, False])
def test_a_course_without_learners_shows_nothing(show, owner, published):
    course = make_course(owner, published=published)

    found = show(f"/courses/{course.id}/analytics", auth=owner)

    assert (found["as_of"], found["totals"]["enrollments"], found["totals"]["median_completion_seconds"]) == (
        None,
        0,
        None,
    )
    assert len(found["funnel"]) == (3 if published else 0)


def test_figures_are_as_of_the_last_roll_up(show, school, address):
    before = now()
    rollup.run(rest=0)

    assert before <= datetime.fromisoformat(show(address)["as_of"]) <= now()


def test_figures_that_wait_to_be_counted_are_as_of_their_last_count(show, school, course, videos, address):
    lea, _ = school
    counted = show(address)["as_of"]
    rollup.run(rest=1e6)
    watch(lea, course, course.lessons[1], videos[1], (0, 10))
    rollup.run(rest=1e6)
    watch(lea, course, course.lessons[1], videos[1], (0, 20))
    rollup.run(rest=1e6)

    assert datetime.fromisoformat(show(address)["as_of"]) < rollup.as_of()
    assert show(address)["as_of"] >= counted


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=yesterday", "from"),
        ("to=2026-02-30", "to"),
        ("to=0001-01-01", "to"),
        ("from=9999-12-31", "from"),
        ("from=2026-03-02&to=2026-03-01", "from"),
        ("from=2025-01-01&to=2026-03-01", "from"),
    ],
)
def test_nonsense_names_its_field(client, owner, course, query, field):
    answer = client.get(f"/courses/{course.id}/analytics?{query}", auth=owner)

    assert answer.status_code == 422
    assert answer.json["errors"]["query"].keys() == {field}


def test_a_range_may_have_a_leap_year(show, course):
    assert len(show(f"/courses/{course.id}/analytics?from=2028-01-01&to=2028-12-31")["days"]) == 366


@pytest.mark.parametrize(("who", "code"), [("other_owner", "not_your_course"), ("stranger", "not_your_course")])
def test_figures_are_for_the_courses_instructors(client, request, course, who, code):
    answer = client.get(f"/courses/{course.id}/analytics", auth=request.getfixturevalue(who))

    assert (answer.status_code, answer.json["code"]) == (403, code)


def test_an_unknown_course_has_no_figures(client, admin):
    assert client.get(f"/courses/{'0' * 24}/analytics", auth=admin).json["code"] == "not_found"


def test_more_learners_are_not_more_to_read(show, school, address, course, videos, plans):
    with plans:
        show(address)
    few = [plans.examined(name) for name in ("progress", "course_progress", "course_stats", "lesson_stats")]
    for _ in range(10):
        person = make_person()
        seat(person, course)
        finish(person, course, videos)
    rollup.run(rest=0)
    with plans:
        show(address)

    assert [plans.examined(name) for name in ("progress", "course_progress", "course_stats", "lesson_stats")] == few
    assert few[:2] == [0, 0]
    assert plans.scans == []
