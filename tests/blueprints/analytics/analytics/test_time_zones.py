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
def learn(course, videos):
    """Let a learner watch so many seconds of the first film, or of another lesson's."""

    def learn(person, when, seconds, lesson=0, begin=0):
        watch(person, course, course.lessons[lesson], videos[lesson], (begin, begin + seconds), at=at(when))

    return learn


@pytest.fixture
def days(show, course):
    """Ask for a course's days in a zone, by day; those without anything are left out."""

    def days(zone, first, last, path=None):
        found = show(f"{path or f'/courses/{course.id}'}/analytics?from={first}&to={last}&tz={zone}")
        assert (found["tz"], found["from"], found["to"]) == (zone, first, last)
        filled = [each for each in found["days"] if any(each[name] for name in each if name != "day")]
        return {each.pop("day"): each for each in filled}

    return days


def enroll(name, course, when):
    person = make_person(name=name)
    seat(person, course, enrolled_at=at(when))
    return person


@pytest.fixture
def around_midnight(course, learn):
    """Lea learns at 17:50, 18:20, and 23:50 UTC and on the next morning, in both films; Max on that morning."""
    lea, max_ = enroll("Lea", course, "2026-03-02T18:14"), enroll("Max", course, "2026-03-02T18:15")
    learn(lea, "2026-03-02T17:50", 30)
    learn(lea, "2026-03-02T18:20", 20, lesson=1)
    learn(lea, "2026-03-02T23:50", 10, begin=30)
    learn(lea, "2026-03-03T01:00", 5)
    learn(max_, "2026-03-03T02:00", 7)
    rollup.run(rest=0)
    return lea, max_


@pytest.mark.parametrize("path", ["/courses/{course}", "/lessons/{lesson}", "/admin"])
@pytest.mark.parametrize("zone", ZONES)
def test_the_days_of_any_zone_add_up_to_the_totals(show, around_midnight, course, path, zone):
    path = path.format(course=course.id, lesson=course.lessons[0].id)

    here, utc = (show(f"{path}/analytics?from=2026-02-27&to=2026-03-06{query}") for query in (f"&tz={zone}", ""))

    assert (here["tz"], utc["tz"]) == (zone, "UTC")
    assert here["range"] == utc["range"]
    assert here["range"]["watch_seconds"] == here["totals"]["watch_seconds"] > 0
    assert [sum(each["watch_seconds"] for each in found["days"]) for found in (here, utc)] == [
        here["totals"]["watch_seconds"]
    ] * 2


def test_a_local_day_has_what_began_on_it_and_each_of_its_learners_once(days, around_midnight, course):
    kathmandu = days("Asia/Kathmandu", "2026-03-01", "2026-03-05")
    first = days("Asia/Kathmandu", "2026-03-01", "2026-03-05", path=f"/lessons/{course.lessons[0].id}")

    # Midnight is at 18:15 UTC. The first film was begun before it, the second after.
    assert kathmandu == {
        "2026-03-02": NOTHING | {"active": 1, "enrollments": 1, "watch_seconds": 40},
        "2026-03-03": NOTHING | {"active": 2, "enrollments": 1, "watch_seconds": 32},
    }
    assert [each["active"] for each in first.values()] == [1, 2]


def test_who_is_there_before_and_after_midnight_in_utc_is_one_learner_of_the_local_day(days, around_midnight):
    berlin, sao_paulo = (days(zone, "2026-03-01", "2026-03-05") for zone in ("Europe/Berlin", "America/Sao_Paulo"))

    assert {day: each["active"] for day, each in berlin.items()} == {"2026-03-02": 1, "2026-03-03": 2}
    assert sao_paulo == {"2026-03-02": NOTHING | {"active": 2, "enrollments": 2, "watch_seconds": 72}}


def test_who_learns_in_two_courses_over_midnight_is_one_learner_of_the_platform(days, around_midnight, owner):
    lea, _ = around_midnight
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


def test_days_on_which_the_clocks_change(days, course, learn):
    for number, when in enumerate(["2026-03-28T22:59", "2026-03-28T23:00", "2026-03-29T21:59", "2026-03-29T22:00"]):
        learn(enroll(f"Learner {number}", course, when), when, 10)
    rollup.run(rest=0)

    found = days("Europe/Berlin", "2026-03-25", "2026-04-02")

    assert {day: (each["active"], each["enrollments"]) for day, each in found.items()} == {
        "2026-03-28": (1, 1),
        "2026-03-29": (2, 2),
        "2026-03-30": (1, 1),
    }


def test_what_changes_a_day_changes_whom_the_next_one_counts(days, around_midnight, learn, course):
    _, max_ = around_midnight
    assert days("America/Sao_Paulo", "2026-03-02", "2026-03-02")["2026-03-02"]["active"] == 2
    learn(max_, "2026-03-02T22:00", 3)
    rollup.run(rest=0)

    assert days("America/Sao_Paulo", "2026-03-02", "2026-03-02")["2026-03-02"] == NOTHING | {
        "active": 2,
        "enrollments": 2,
        "watch_seconds": 75,
    }
    reset(max_, course.lessons[0])
    rollup.run(rest=0)

    assert days("America/Sao_Paulo", "2026-03-02", "2026-03-02")["2026-03-02"]["active"] == 1


def test_counting_again_changes_nothing(around_midnight, course):
    once = list(DayStats.collection().find({}, {"as_of": 0}).sort("_id", 1))
    course_figures.mark({course.id: ["2026-03-02", "2026-03-03"]})
    rollup.run(rest=0)

    assert list(DayStats.collection().find({}, {"as_of": 0}).sort("_id", 1)) == once != []


def test_an_earlier_count_does_not_replace_a_later_one(days, around_midnight, course):
    later = {"as_of": at("2999-01-01T00:00"), "sums": {"0": {"watch_seconds": 1}}, "learners": {"0": {"-97": 1}}}
    DayStats.collection().update_one({"_id": f"{course.id}:2026-03-02"}, {"$set": later})
    course_figures.mark({course.id: ["2026-03-02"]})
    rollup.run(rest=0)

    assert DayStats.collection().find_one({"_id": f"{course.id}:2026-03-02"})["as_of"] == later["as_of"]


@pytest.mark.parametrize("zone", ZONES)
def test_what_an_older_release_recorded_counts_at_noon(days, around_midnight, course, zone):
    """The figures are as it left them: without quarter-hours, counted or to be counted again."""
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


def test_tables_have_the_days_of_a_zone(client, admin, around_midnight, course):
    paths = (f"/courses/{course.id}", f"/lessons/{course.lessons[0].id}", "/admin")
    query = "from=2026-03-02&to=2026-03-03&tz=Asia/Kathmandu"
    found = [rows(client.get(f"{path}/analytics.csv?{query}", auth=admin)) for path in paths]

    assert [[row["watch_seconds"] for row in table] for table in found] == [["40", "32"], ["40", "12"], ["40", "32"]]


def test_today_is_the_zones(show, course, monkeypatch):
    monkeypatch.setattr("learnstream.clock.now", lambda: at("2026-03-01T10:30"))

    found = [
        show(f"/courses/{course.id}/analytics?tz={zone}") for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC")
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

    answer = client.get(f"{path}/analytics{form}?tz={zone}", auth=admin)

    assert (answer.status_code, answer.json["errors"]["query"].keys()) == (422, {"tz"})


def test_a_year_in_a_zone_reads_one_document_a_day(show, around_midnight, course, plans):
    with plans:
        show(f"/courses/{course.id}/analytics?from=2025-06-01&to=2026-05-31&tz=Asia/Kathmandu")

    assert plans.scans == []
    assert plans.examined("progress") + plans.examined("course_progress") == 0
    assert plans.examined("day_stats") == 2
