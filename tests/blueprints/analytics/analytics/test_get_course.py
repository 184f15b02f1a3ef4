from datetime import UTC, datetime, timedelta

import pytest

from learnstream.clock import now
from learnstream.services.analytics import rollup
from learnstream.services.authoring import publishing
from tests.factories import make_course, make_lesson, make_person
from tests.learning import finish, seat, watch


@pytest.fixture
def figures_path(course):
    return f"/courses/{course.id}/analytics?from=2026-03-01&to=2026-03-04"


def test_a_course_has_totals_and_days(get_figures, activity, figures_path, owner):
    found = get_figures(figures_path, auth=owner)

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


def test_the_range_contains_every_day(get_figures, activity, figures_path):
    found = get_figures(figures_path)

    nothing = {"active": 0, "completions": 0, "watch_seconds": 0, "enrollments": 0}
    assert found["days"] == [
        {"day": "2026-03-01", **nothing},
        {"day": "2026-03-02", "active": 1, "completions": 0, "watch_seconds": 50, "enrollments": 2},
        {"day": "2026-03-03", "active": 2, "completions": 1, "watch_seconds": 260, "enrollments": 0},
        {"day": "2026-03-04", **nothing},
    ]
    assert (found["from"], found["to"]) == ("2026-03-01", "2026-03-04")


def test_range_sums_add_up_while_totals_stay(get_figures, activity, course):
    found = get_figures(f"/courses/{course.id}/analytics?from=2026-03-02&to=2026-03-02")

    assert found["range"] == {"completions": 0, "watch_seconds": 50, "enrollments": 2}
    assert found["totals"]["watch_seconds"] == 310


def test_the_funnel_has_the_order_of_the_outline(get_figures, activity, figures_path, course):
    steps = get_figures(figures_path)["funnel"]

    assert [(step["position"], step["title"], step["kind"]) for step in steps] == [
        (1, "First film", "video"),
        (2, "Second film", "video"),
        (3, "Summary", "text"),
    ]
    assert [(step["started"], step["completed"]) for step in steps] == [(2, 2), (1, 1), (1, 1)]
    assert steps[0]["lesson_id"] == course.lessons[0].id


def test_a_new_lesson_has_empty_figures(get_figures, activity, figures_path, course, owner):
    make_lesson(owner, course.id, title="One more")
    publishing.publish(course_id=course.id, published_by=owner.id)

    last = get_figures(figures_path)["funnel"][-1]

    assert (last["title"], last["started"], last["watch_seconds"]) == ("One more", 0, 0)


def test_thirty_days_are_shown_by_default(get_figures, activity, course):
    days = get_figures(f"/courses/{course.id}/analytics")["days"]

    today = datetime.now(UTC).date()
    assert [days[0]["day"], days[-1]["day"]] == [(today - timedelta(days=29)).isoformat(), today.isoformat()]
    assert len(days) == 30


@pytest.mark.parametrize("published", [True, False])
def test_a_course_without_learners_has_empty_figures(get_figures, owner, published):
    course = make_course(owner, published=published)

    found = get_figures(f"/courses/{course.id}/analytics", auth=owner)

    assert (found["as_of"], found["totals"]["enrollments"], found["totals"]["median_completion_seconds"]) == (
        None,
        0,
        None,
    )
    assert len(found["funnel"]) == (3 if published else 0)


def test_figures_are_as_of_the_last_roll_up(get_figures, activity, figures_path):
    before = now()
    rollup.run(rest=0)

    assert before <= datetime.fromisoformat(get_figures(figures_path)["as_of"]) <= now()


def test_figures_due_for_a_roll_up_have_the_time_of_the_last_one(get_figures, activity, course, videos, figures_path):
    lea, _ = activity
    counted = get_figures(figures_path)["as_of"]
    rollup.run(rest=1e6)
    watch(lea, course, course.lessons[1], videos[1], (0, 10))
    rollup.run(rest=1e6)
    watch(lea, course, course.lessons[1], videos[1], (0, 20))
    rollup.run(rest=1e6)

    assert datetime.fromisoformat(get_figures(figures_path)["as_of"]) < rollup.as_of()
    assert get_figures(figures_path)["as_of"] >= counted


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
def test_an_invalid_parameter_is_named(client, owner, course, query, field):
    response = client.get(f"/courses/{course.id}/analytics?{query}", auth=owner)

    assert response.status_code == 422
    assert response.json["errors"]["query"].keys() == {field}


def test_a_range_may_have_a_leap_year(get_figures, course):
    assert len(get_figures(f"/courses/{course.id}/analytics?from=2028-01-01&to=2028-12-31")["days"]) == 366


@pytest.mark.parametrize(("who", "code"), [("other_owner", "not_your_course"), ("stranger", "not_your_course")])
def test_figures_are_for_instructors_of_the_course(client, request, course, who, code):
    response = client.get(f"/courses/{course.id}/analytics", auth=request.getfixturevalue(who))

    assert (response.status_code, response.json["code"]) == (403, code)


def test_an_unknown_course_has_no_figures(client, admin):
    assert client.get(f"/courses/{'0' * 24}/analytics", auth=admin).json["code"] == "not_found"


def test_reads_do_not_grow_with_the_number_of_learners(get_figures, activity, figures_path, course, videos, plans):
    with plans:
        get_figures(figures_path)
    few = [plans.examined(name) for name in ("progress", "course_progress", "course_stats", "lesson_stats")]
    for _ in range(10):
        person = make_person()
        seat(person, course)
        finish(person, course, videos)
    rollup.run(rest=0)
    with plans:
        get_figures(figures_path)

    assert [plans.examined(name) for name in ("progress", "course_progress", "course_stats", "lesson_stats")] == few
    assert few[:2] == [0, 0]
    assert plans.scans == []
