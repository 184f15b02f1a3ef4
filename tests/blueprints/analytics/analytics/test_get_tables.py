import pytest

from learnstream.services.authoring import courses
from tests.factories import make_person
from tests.learning import watch
from tests.tables import rows

MARCH = "from=2026-03-02&to=2026-03-03"


@pytest.fixture
def table(client, admin):
    """Request a table; return its rows by column."""

    def table(path, auth=admin):
        return rows(client.get(path, auth=auth))

    return table


def test_a_course_table_lists_days(table, activity, course, owner):
    found = table(f"/courses/{course.id}/analytics.csv?{MARCH}", auth=owner)

    assert [(row["day"], row["enrollments"], row["active"], row["watch_seconds"]) for row in found] == [
        ("2026-03-02", "2", "1", "50"),
        ("2026-03-03", "0", "2", "260"),
    ]


def test_a_course_table_lists_the_funnel(table, activity, course):
    found = table(f"/courses/{course.id}/analytics.csv?table=funnel")

    assert [(row["position"], row["title"], row["started"]) for row in found] == [
        ("1", "First film", "2"),
        ("2", "Second film", "1"),
        ("3", "Summary", "1"),
    ]


def test_a_lesson_table_lists_days_and_retention(table, activity, course):
    days = table(f"/lessons/{course.lessons[0].id}/analytics.csv?{MARCH}")
    parts = table(f"/lessons/{course.lessons[0].id}/analytics.csv?table=retention")

    assert [row["active"] for row in days] == ["1", "2"]
    assert parts[40] == {"from": "40.0", "to": "41.0", "watched": "2", "again": "1", "left": "0"}


def test_a_text_has_an_empty_curve(table, course):
    assert table(f"/lessons/{course.lessons[2].id}/analytics.csv?table=retention") == []


def test_a_platform_table_lists_days_courses_and_lessons(table, activity, course):
    days, totals, lessons = (
        table(f"/admin/analytics.csv?table={name}&{MARCH}") for name in ("days", "courses", "lessons")
    )

    assert [row["watch_seconds"] for row in days] == ["50", "260"]
    assert [(row["course_title"], row["enrollments"], row["median_completion_seconds"]) for row in totals] == [
        ("Films", "2", "86400")
    ]
    assert [(row["lesson_title"], row["watch_seconds"]) for row in lessons] == [
        ("First film", "210"),
        ("Second film", "100"),
    ]


def test_a_title_cannot_become_a_formula(table, activity, course, owner):
    courses.update(course_id=course.id, changed_by=owner.id, changes={"title": '=HYPERLINK("x")'})

    assert table("/admin/analytics.csv?table=courses")[0]["course_title"] == '\'=HYPERLINK("x")'


def test_a_table_is_a_csv_attachment(client, admin, course):
    headers = client.get(f"/courses/{course.id}/analytics.csv", auth=admin).headers

    assert headers["Content-Disposition"] == f'attachment; filename="course-{course.id}-days.csv"'


@pytest.mark.parametrize("path", ["/courses/{course}", "/lessons/{lesson}", "/admin"])
def test_an_unknown_table_is_rejected(client, admin, course, path):
    path = path.format(course=course.id, lesson=course.lessons[0].id)

    response = client.get(f"{path}/analytics.csv?table=people", auth=admin)

    assert (response.status_code, response.json["errors"]["query"].keys()) == (422, {"table"})


def test_tables_require_access_to_the_figures(client, course, other_owner, stranger):
    paths = (f"/courses/{course.id}", f"/lessons/{course.lessons[0].id}", "/admin")
    asked = [client.get(f"{path}/analytics.csv", auth=who) for path in paths for who in (other_owner, stranger)]

    assert {response.status_code for response in asked} == {403}


def test_no_table_scans_a_collection(table, activity, course, videos, plans):
    watch(make_person(), course, course.lessons[0], videos[0], (0, 5))
    with plans:
        for name in ("days", "courses", "lessons"):
            table(f"/admin/analytics.csv?table={name}")

    assert plans.scans == []
    assert plans.examined("progress") + plans.examined("course_progress") == 0
