"""Figures of the members of a group."""

import pytest

from learnstream.models import Role
from learnstream.services.analytics import group_figures, rollup
from learnstream.services.enrollment import group_courses, group_members, group_staff, groups
from learnstream.stores.sql import db
from tests.factories import make_course, make_person
from tests.learning import finish, seat

DAYS = "from=2026-03-01&to=2026-03-04"


@pytest.fixture
def tutor(app):
    """An instructor who teaches no course."""
    return make_person(Role.INSTRUCTOR, "Tom")


@pytest.fixture
def make_group(admin, tutor, course):
    """Create a group that is given the course, with the tutor as its staff."""

    def make_group(*members, code="7b"):
        group_id = groups.create(by=admin.id, name=code, code=code)["id"]
        group_members.add(group_id, [member.id for member in members], by=admin.id)
        group_staff.replace(group_id, [tutor.id], by=admin.id)
        group_courses.give(group_id, course.id, by=admin.id)
        db.session.commit()
        return group_id

    return make_group


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu"])
def test_a_group_of_all_learners_has_the_figures_of_the_course(get_figures, activity, course, tutor, make_group, zone):
    group, query = make_group(*activity), f"{DAYS}&tz={zone}"
    for path in (f"/courses/{course.id}/analytics", f"/lessons/{course.lessons[0].id}/analytics"):
        everybody = get_figures(f"{path}?{query}")
        of_group = get_figures(f"{path}?{query}&group_id={group}", auth=tutor)

        assert of_group | {"as_of": 0} == everybody | {"as_of": 0}
        assert of_group["as_of"] >= everybody["as_of"]
        assert sum(day["watch_seconds"] for day in of_group["days"]) > 0


def test_only_members_are_counted(get_figures, activity, course, tutor, make_group):
    lea, _ = activity
    group = make_group(lea, make_person(name="Zoe"))

    found = get_figures(f"/courses/{course.id}/analytics?{DAYS}&group_id={group}", auth=tutor)

    assert found["totals"] == {
        "enrollments": 1,
        "completed": 0,
        "watch_seconds": 110,
        "median_completion_seconds": None,
    }
    assert found["reached"][0] == {"share": 0.25, "learners": 1}
    assert [day["active"] for day in found["days"]] == [0, 1, 1, 0]
    assert [(step["started"], step["completed"]) for step in found["funnel"]] == [(1, 1), (0, 0), (0, 0)]


def test_only_members_are_counted_in_a_lesson(get_figures, activity, course, tutor, make_group):
    lea, max_ = activity
    path = f"/lessons/{course.lessons[1].id}/analytics?{DAYS}&group_id="

    assert get_figures(f"{path}{make_group(max_)}", auth=tutor)["retention"]["viewers"] == 1
    of_lea = get_figures(f"{path}{make_group(lea, code='7c')}", auth=tutor)
    assert (of_lea["totals"]["started"], of_lea["retention"]["viewers"]) == (0, 0)


def test_who_has_left_is_not_counted(get_figures, admin, activity, course, tutor, make_group):
    lea, max_ = activity
    group = make_group(lea, max_)
    group_members.remove(group, [max_.id], by=admin.id)
    db.session.commit()

    assert get_figures(f"/courses/{course.id}/analytics?group_id={group}", auth=tutor)["totals"]["enrollments"] == 1


def test_a_group_without_members_has_empty_figures(get_figures, course, tutor, make_group):
    group = make_group()

    found = get_figures(f"/courses/{course.id}/analytics?group_id={group}", auth=tutor)
    of_lesson = get_figures(f"/lessons/{course.lessons[0].id}/analytics?group_id={group}", auth=tutor)

    assert (found["totals"]["enrollments"], found["totals"]["median_completion_seconds"]) == (0, None)
    assert of_lesson["totals"] == {"started": 0, "completed": 0, "watch_seconds": 0}


@pytest.mark.parametrize("table", ["days", "funnel"])
def test_the_tables_of_a_course_are_filtered(client, activity, course, tutor, make_group, table):
    lea, max_ = activity
    rows = [
        client.get(f"/courses/{course.id}/analytics.csv?{DAYS}&table={table}&group_id={group}", auth=tutor).text
        for group in (make_group(lea, max_), make_group(lea, code="7c"))
    ]

    assert rows[0].splitlines()[0] == rows[1].splitlines()[0]
    assert len(rows[0].splitlines()) == len(rows[1].splitlines()) > 1
    assert rows[0] != rows[1]


@pytest.mark.parametrize("table", ["days", "retention"])
def test_the_tables_of_a_lesson_are_filtered(client, owner, activity, course, tutor, make_group, table):
    lea, _ = activity
    path = f"/lessons/{course.lessons[0].id}/analytics.csv?{DAYS}&table={table}"

    of_group = client.get(f"{path}&group_id={make_group(lea)}", auth=tutor).text

    assert of_group != client.get(path, auth=owner).text


@pytest.fixture
def paths(course):
    lesson_id = course.lessons[0].id
    kinds = ("analytics", "analytics.csv")
    return [f"{path}/{kind}" for path in (f"/courses/{course.id}", f"/lessons/{lesson_id}") for kind in kinds]


def test_a_group_of_others_does_not_exist(client, owner, learner, make_group, paths):
    group = make_group(learner)

    for path in paths:
        assert client.get(f"{path}?group_id={group}", auth=owner).status_code == 404
        assert client.get(f"{path}?group_id={group}", auth=learner).status_code == 404
        assert client.get(f"{path}?group_id=999999", auth=owner).status_code == 404
        assert client.get(f"{path}?group_id=x", auth=owner).status_code == 422


def test_staff_see_nothing_but_their_group(client, admin, learner, course, tutor, make_group, paths):
    group = make_group(learner)
    assert {client.get(path, auth=tutor).status_code for path in paths} == {403}
    assert {client.get(f"{path}?group_id={group}", auth=tutor).status_code for path in paths} == {200}

    group_courses.take(group, course.id, by=admin.id)
    db.session.commit()

    assert {client.get(f"{path}?group_id={group}", auth=tutor).status_code for path in paths} == {403}


def test_an_instructor_of_the_course_may_see_a_group_that_is_not_given_it(get_figures, owner, admin, activity, course):
    group = groups.create(by=admin.id, name="7c", code="7c")["id"]
    group_members.add(group, [activity[0].id], by=admin.id)
    group_staff.replace(group, [owner.id], by=admin.id)
    db.session.commit()

    found = get_figures(f"/courses/{course.id}/analytics?group_id={group}", auth=owner)

    assert found["totals"]["enrollments"] == 1


def test_a_group_with_too_many_members_is_refused(client, monkeypatch, activity, tutor, make_group, paths):
    group = make_group(*activity)
    monkeypatch.setattr(group_figures, "MAX_MEMBERS", 1)

    for path in paths:
        refused = client.get(f"{path}?group_id={group}", auth=tutor)
        assert (refused.status_code, list(refused.json["errors"]["query"])) == (422, ["group_id"])


def test_reads_do_not_grow_with_the_course(get_figures, activity, course, videos, tutor, make_group, plans):
    group = make_group(*activity)
    names = ("progress", "course_progress", "course_stats", "lesson_stats")

    def examined():
        with plans:
            for path in (f"/courses/{course.id}", f"/lessons/{course.lessons[0].id}"):
                get_figures(f"{path}/analytics?{DAYS}&group_id={group}", auth=tutor)
        return [plans.examined(name) for name in names]

    few = examined()
    for _ in range(20):
        person = make_person()
        seat(person, course)
        finish(person, course, videos)
    rollup.run(rest=0)

    assert examined() == few
    assert plans.scans == []


def test_a_course_that_is_not_published_has_no_funnel(get_figures, owner, admin):
    course = make_course(owner, published=False)
    group = groups.create(by=admin.id, name="7d", code="7d")["id"]
    db.session.commit()

    assert get_figures(f"/courses/{course.id}/analytics?group_id={group}")["funnel"] == []
