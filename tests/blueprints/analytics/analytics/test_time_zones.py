"""Figures by the days of a time zone."""

from datetime import UTC, datetime, timedelta

import pytest

from learnstream.documents import CourseProgress, DayStats, Progress
from learnstream.services.analytics import course_figures, rollup
from tests.factories import make_course, make_person
from tests.learning import LESSONS, open_text, reset, seat, watch
from tests.tables import rows

ZONES = [
    "UTC",
    "Etc/UTC",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
    "Europe/Berlin",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
]
SUMS = ("enrollments", "completions", "watch_seconds")
NOTHING = {"active": 0, "enrollments": 0, "completions": 0, "watch_seconds": 0}


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def watch_film(course, videos):
    """Let a learner watch some seconds of the first film, or of another lesson's."""

    def watch_film(person, when, seconds, lesson=0, begin=0):
        watch(person, course, course.lessons[lesson], videos[lesson], (begin, begin + seconds), at=at(when))

    return watch_film


@pytest.fixture
def days(get_figures, course):
    """Request a course's days in a time zone, by day; days without activity are left out."""

    def days(zone, first, last, path=None):
        found = get_figures(f"{path or f'/courses/{course.id}'}/analytics?from={first}&to={last}&tz={zone}")
        assert (found["tz"], found["from"], found["to"]) == (zone, first, last)
        filled = [each for each in found["days"] if any(each[name] for name in each if name != "day")]
        return {each.pop("day"): each for each in filled}

    return days


def enroll(name, course, when):
    person = make_person(name=name)
    seat(person, course, enrolled_at=at(when))
    return person


@pytest.fixture
def midnight_activity(course, watch_film):
    """Lea is active at 17:50, 18:20 and 23:50 UTC and on the next morning, in both films; Max on that morning."""
    lea, max_ = enroll("Lea", course, "2026-03-02T18:14"), enroll("Max", course, "2026-03-02T18:15")
    watch_film(lea, "2026-03-02T17:50", 30)
    watch_film(lea, "2026-03-02T18:20", 20, lesson=1)
    watch_film(lea, "2026-03-02T23:50", 10, begin=30)
    watch_film(lea, "2026-03-03T01:00", 5)
    watch_film(max_, "2026-03-03T02:00", 7)
    rollup.run(rest=0)
    return lea, max_


@pytest.mark.parametrize("path", ["/courses/{course}", "/lessons/{lesson}", "/admin"])
@pytest.mark.parametrize("zone", ZONES)
def test_the_days_of_every_zone_add_up_to_the_totals(get_figures, midnight_activity, course, path, zone):
    path = path.format(course=course.id, lesson=course.lessons[0].id)

    here, utc = (get_figures(f"{path}/analytics?from=2026-02-27&to=2026-03-06{query}") for query in (f"&tz={zone}", ""))

    assert (here["tz"], utc["tz"]) == (zone, "UTC")
    assert here["range"] == utc["range"]
    assert here["range"]["watch_seconds"] == here["totals"]["watch_seconds"] > 0
    assert [sum(each["watch_seconds"] for each in found["days"]) for found in (here, utc)] == [
        here["totals"]["watch_seconds"]
    ] * 2


def test_a_local_day_counts_each_of_its_learners_once(days, midnight_activity, course):
    kathmandu = days("Asia/Kathmandu", "2026-03-01", "2026-03-05")
    first = days("Asia/Kathmandu", "2026-03-01", "2026-03-05", path=f"/lessons/{course.lessons[0].id}")

    # Midnight is at 18:15 UTC. The first film was begun before it, the second after.
    assert kathmandu == {
        "2026-03-02": NOTHING | {"active": 1, "enrollments": 1, "watch_seconds": 40},
        "2026-03-03": NOTHING | {"active": 2, "enrollments": 1, "watch_seconds": 32},
    }
    assert [each["active"] for each in first.values()] == [1, 2]


def test_a_learner_active_around_utc_midnight_counts_once_on_the_local_day(days, midnight_activity):
    berlin, sao_paulo = (days(zone, "2026-03-01", "2026-03-05") for zone in ("Europe/Berlin", "America/Sao_Paulo"))

    assert {day: each["active"] for day, each in berlin.items()} == {"2026-03-02": 1, "2026-03-03": 2}
    assert sao_paulo == {"2026-03-02": NOTHING | {"active": 2, "enrollments": 2, "watch_seconds": 72}}


def test_a_learner_of_two_courses_around_midnight_counts_once_on_the_platform(days, midnight_activity, owner):
    lea, _ = midnight_activity
    other = make_course(owner, lessons=LESSONS)
    seat(lea, other, enrolled_at=at("2026-03-02T20:00"))
    for when in ("2026-03-02T17:55", "2026-03-03T00:30"):
        open_text(lea, other, other.lessons[2], at=at(when))
    rollup.run(rest=0)

    sao_paulo, kathmandu = (
        days(zone, "2026-03-01", "2026-03-05", path="/admin") for zone in ("America/Sao_Paulo", "Asia/Kathmandu")
    )

    assert [each["active"] for each in sao_paulo.values()] == [2]
    assert [each["active"] for each in kathmandu.values()] == [1, 2]


def test_days_with_a_daylight_saving_change_are_counted(days, course, watch_film):
    for number, when in enumerate(["2026-03-28T22:59", "2026-03-28T23:00", "2026-03-29T21:59", "2026-03-29T22:00"]):
        watch_film(enroll(f"Learner {number}", course, when), when, 10)
    rollup.run(rest=0)

    found = days("Europe/Berlin", "2026-03-25", "2026-04-02")

    assert {day: (each["active"], each["enrollments"]) for day, each in found.items()} == {
        "2026-03-28": (1, 1),
        "2026-03-29": (2, 2),
        "2026-03-30": (1, 1),
    }


def test_a_changed_day_updates_the_learners_of_the_next_day(days, midnight_activity, watch_film, course):
    _, max_ = midnight_activity
    assert days("America/Sao_Paulo", "2026-03-02", "2026-03-02")["2026-03-02"]["active"] == 2
    watch_film(max_, "2026-03-02T22:00", 3)
    rollup.run(rest=0)

    assert days("America/Sao_Paulo", "2026-03-02", "2026-03-02")["2026-03-02"] == NOTHING | {
        "active": 2,
        "enrollments": 2,
        "watch_seconds": 75,
    }
    reset(max_, course.lessons[0])
    rollup.run(rest=0)

    assert days("America/Sao_Paulo", "2026-03-02", "2026-03-02")["2026-03-02"]["active"] == 1


def test_counting_again_changes_nothing(midnight_activity, course):
    once = list(DayStats.collection().find({}, {"as_of": 0}).sort("_id", 1))
    course_figures.mark({course.id: ["2026-03-02", "2026-03-03"]})
    rollup.run(rest=0)

    assert list(DayStats.collection().find({}, {"as_of": 0}).sort("_id", 1)) == once != []


def test_an_earlier_count_does_not_replace_a_later_one(days, midnight_activity, course):
    later = {"as_of": at("2999-01-01T00:00"), "sums": {"0": {"watch_seconds": 1}}, "learners": {"0": {"-97": 1}}}
    DayStats.collection().update_one({"_id": f"{course.id}:2026-03-02"}, {"$set": later})
    course_figures.mark({course.id: ["2026-03-02"]})
    rollup.run(rest=0)

    assert DayStats.collection().find_one({"_id": f"{course.id}:2026-03-02"})["as_of"] == later["as_of"]


@pytest.mark.parametrize("zone", ZONES)
def test_records_of_older_releases_count_at_noon(days, midnight_activity, course, zone):
    """The figures are as that release left them: without quarter-hours, counted or due to be counted again."""
    local = {each: days(zone, "2026-02-27", "2026-03-06", path=each) for each in ("/admin", f"/courses/{course.id}")}
    DayStats.collection().delete_many({})
    Progress.collection().update_many({}, {"$unset": {"quarters": ""}})
    CourseProgress.collection().update_many({}, {"$unset": {"quarters": "", "quarters_of": ""}})
    as_left = {each: days(zone, "2026-02-27", "2026-03-06", path=each) for each in local}
    course_figures.mark({course.id: ["2026-03-02", "2026-03-03"]})
    rollup.run(rest=0)
    counted_again = {each: days(zone, "2026-02-27", "2026-03-06", path=each) for each in local}

    for each, expected in local.items():
        for name in SUMS:
            total = sum(day[name] for day in expected.values())
            assert sum(day[name] for day in as_left[each].values()) == total
            assert sum(day[name] for day in counted_again[each].values()) == total
    noon = at("2026-03-02T12:00") + timedelta(hours={"Pacific/Kiritimati": 14, "Pacific/Pago_Pago": -11}.get(zone, 0))
    assert as_left["/admin"][f"{noon:%Y-%m-%d}"]["watch_seconds"] == 60


def test_tables_use_the_days_of_the_zone(client, admin, midnight_activity, course):
    paths = (f"/courses/{course.id}", f"/lessons/{course.lessons[0].id}", "/admin")
    query = "from=2026-03-02&to=2026-03-03&tz=Asia/Kathmandu"
    found = [rows(client.get(f"{path}/analytics.csv?{query}", auth=admin)) for path in paths]

    assert [[row["watch_seconds"] for row in table] for table in found] == [["40", "32"], ["40", "12"], ["40", "32"]]


def test_today_is_the_current_day_of_the_zone(get_figures, course, monkeypatch):
    monkeypatch.setattr("learnstream.clock.now", lambda: at("2026-03-01T10:30"))

    found = [
        get_figures(f"/courses/{course.id}/analytics?tz={zone}")
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC")
    ]

    assert [each["to"] for each in found] == ["2026-03-02", "2026-02-28", "2026-03-01"]
    assert [len(each["days"]) for each in found] == [30] * 3


@pytest.mark.parametrize("path", ["/courses/{course}", "/lessons/{lesson}", "/admin"])
@pytest.mark.parametrize("form", ["", ".csv"])
@pytest.mark.parametrize(
    "zone",
    [
        "Mars/Olympus",
        "europe/berlin",
        "",
        "+05:45",
        "../../etc/passwd",
        "/etc/localtime",
        "Europe",
        "a%00b",
        "x" * 5000,
    ],
)
def test_an_unknown_zone_is_an_error(client, admin, course, path, form, zone):
    path = path.format(course=course.id, lesson=course.lessons[0].id)

    response = client.get(f"{path}/analytics{form}?tz={zone}", auth=admin)

    assert (response.status_code, response.json["errors"]["query"].keys()) == (422, {"tz"})


def test_a_year_in_a_zone_reads_one_document_per_day(get_figures, midnight_activity, course, plans):
    with plans:
        get_figures(f"/courses/{course.id}/analytics?from=2025-06-01&to=2026-05-31&tz=Asia/Kathmandu")

    assert plans.scans == []
    assert plans.examined("progress") + plans.examined("course_progress") == 0
    assert plans.examined("day_stats") == 2
