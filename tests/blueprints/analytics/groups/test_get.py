import csv
import io

import pytest
import sqlalchemy as sa

from learnstream.services.analytics import group_progress
from learnstream.services.enrollment import group_members, group_staff, groups
from learnstream.stores.keyset import Part
from learnstream.stores.sql import db
from tests.factories import make_course


def test_staff_see_their_groups_and_their_courses(client, tutor, group, course):
    [listed] = client.get("/groups", auth=tutor).json
    shown = client.get(f"/groups/{group}", auth=tutor).json

    assert (listed["id"], listed["members"]) == (group, 2)
    assert {name: shown[name] for name in listed} == listed
    assert [given["course_id"] for given in shown["courses"]] == [course.id]
    assert shown["all_courses"] == [{"course_id": course.id, "title": course.title}]


@pytest.mark.parametrize("path", ["", "/progress", "/progress.csv", "/progress.xlsx"])
def test_a_group_of_others_does_not_exist_for_an_instructor(client, owner, group, path):
    assert client.get(f"/groups/{group}{path}", auth=owner).status_code == 404
    assert client.get("/groups", auth=owner).json == []


def test_who_is_taken_out_of_the_staff_sees_nothing_from_the_next_request_on(client, admin, tutor, group):
    client.put(f"/admin/groups/{group}/staff", auth=admin, json={"user_ids": []})

    assert client.get(f"/groups/{group}", auth=tutor).status_code == 404


def test_staff_who_are_no_instructors_any_more_see_nothing(client, admin, tutor, group):
    client.patch(f"/admin/users/{tutor.id}", auth=admin, json={"role": "student"})
    login = client.post("/auth/login", json={"email": tutor.email, "password": tutor.password})
    headers = {"Authorization": f"Bearer {login.json['access_token']}"}

    assert client.get(f"/groups/{group}", headers=headers).status_code == 404


def test_progress_is_shown_for_each_member_and_course(client, tutor, group, learner, course):
    first, second = client.get(f"/groups/{group}/progress", auth=tutor).json

    assert (first["user_id"], first["name"], second["name"]) == (learner.id, "Lea", "Zoe")
    [done], [nothing] = first["courses"], second["courses"]
    assert (done["course_id"], 0 < done["fraction"] < 1, bool(done["last_active_at"])) == (course.id, True, True)
    assert nothing == {"course_id": course.id, "fraction": 0.0, "completed_at": None, "last_active_at": None}


FILL = """
    INSERT INTO group_members (group_id, user_id, joined_at)
    SELECT :group_id, id, now() FROM users WHERE email LIKE '%@elsewhere.example' ORDER BY id LIMIT 1000"""


def test_progress_reads_the_rows_and_records_of_members_alone(group, other_seats, explain, plans):
    other_seats()
    db.session.execute(sa.text(FILL), {"group_id": group})
    db.session.execute(sa.text("ANALYZE group_members"))

    with plans:
        plan = explain(lambda: group_progress.browse(group, part=Part(100, first=400)))

    # For the number of members, and for the page.
    assert plan.count("Index Cond: (id = group_members.user_id)") == 2
    assert plans.examined("course_progress") <= 1


def test_progress_is_that_of_the_list_of_learners(client, owner, tutor, group, learner, course):
    of_group = client.get(f"/groups/{group}/progress", auth=tutor).json[0]["courses"][0]
    of_course = client.get(f"/courses/{course.id}/learners?q=lea", auth=owner).json[0]

    assert {name: of_course[name] for name in ("fraction", "last_active_at")}.items() <= of_group.items()


def test_the_table_has_a_row_for_each_member_and_course(client, tutor, group, learner, course):
    text = client.get(f"/groups/{group}/progress.csv", auth=tutor).data.decode("utf-8-sig")

    first, second = csv.DictReader(io.StringIO(text))
    assert (first["user_id"], first["name"], first["course_title"]) == (str(learner.id), "Lea", course.title)
    assert float(first["fraction"]) > 0
    assert (second["name"], second["last_active_at"]) == ("Zoe", "")
    workbook = client.get(f"/groups/{group}/progress.xlsx", auth=tutor)
    assert workbook.data[:2] == b"PK"


def test_staff_are_instructors(client, admin, group, stranger, tutor):
    path = f"/admin/groups/{group}/staff"

    refused = client.put(path, auth=admin, json={"user_ids": [tutor.id, stranger.id]})

    assert (refused.status_code, list(refused.json["errors"]["json"])) == (422, ["user_ids"])
    assert client.get(path, auth=admin).json == {"user_ids": [tutor.id]}


@pytest.fixture
def learners(client, course):
    """Return a function that lists learners with a filter: the status, and their names in the list and in the export."""

    def learners(auth, query="", course=course):
        listed = client.get(f"/courses/{course.id}/learners{query}", auth=auth)
        export = client.get(f"/courses/{course.id}/learners.csv{query}", auth=auth)
        assert export.status_code == listed.status_code
        if listed.status_code != 200:
            return listed.status_code
        rows = csv.DictReader(io.StringIO(export.data.decode("utf-8-sig")))
        names = sorted(row["name"] for row in listed.json)
        assert names == sorted(row["name"] for row in rows)
        return names

    return learners


@pytest.mark.parametrize("sort", ["name", "-progress"])
def test_staff_see_the_group_s_learners_in_its_courses_alone(
    client, admin, owner, tutor, group, course, learners, sort
):
    other = make_course(owner, title="Botany")

    assert learners(tutor, f"?group_id={group}") == ["Lea"]
    listed = client.get(f"/courses/{course.id}/learners?group_id={group}&sort={sort}", auth=tutor).json
    assert [row["name"] for row in listed] == ["Lea"]
    assert learners(tutor) == 403
    assert learners(tutor, f"?group_id={group}", other) == 403
    assert learners(owner, f"?group_id={group}") == 404
    assert learners(admin, f"?group_id={group}") == ["Lea"]
    assert learners(owner) == ["Lea", "Outsider"]


def test_who_has_left_the_group_is_not_shown(admin, tutor, group, learner, learners):
    group_members.remove(group, [learner.id], by=admin.id)
    db.session.commit()

    assert learners(tutor, f"?group_id={group}") == []


def test_a_deleted_group_exists_for_nobody(client, admin, tutor, group, learners):
    groups.remove(group, by=admin.id)
    db.session.commit()

    assert learners(tutor, f"?group_id={group}") == learners(admin, f"?group_id={group}") == 404
    assert client.get("/groups", auth=tutor).json == []


def test_staff_edit_nothing(client, tutor, group, course):
    assert client.patch(f"/courses/{course.id}", auth=tutor, json={"summary": "x"}).status_code == 403
    assert client.patch(f"/admin/groups/{group}", auth=tutor, json={"name": "x"}).status_code == 403
    assert group_staff.ids(group) == [tutor.id]
