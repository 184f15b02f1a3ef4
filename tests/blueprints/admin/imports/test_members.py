"""Importing the members of groups."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from learnstream.models.group import Group, GroupMember
from learnstream.services.accounts import accounts
from learnstream.services.enrollment import group_members, groups
from learnstream.services.enrollment.imports import jobs, running
from learnstream.services.foundation import outbox
from learnstream.stores.sql import db
from tests.imports import create, finished, upload

FIRST = "name;email;external_id\nAna;ana@example.com;007\nRui;rui@example.com;008\nEva;eva@example.com;009\n"
WITHOUT_EVA = "".join(FIRST.splitlines(keepends=True)[:-1])


@pytest.fixture
def group(admin):
    made = groups.create(by=admin.id, name="Class 7B", code="7B")["id"]
    db.session.commit()
    return made


@pytest.fixture
def run(client, admin, group):
    """Return a function that imports members of the group, and returns what has become of it."""

    def run(text=FIRST, **options):
        return finished(client, admin, text.encode(), kind="group_members", group_id=group, **options)

    return run


def members(group_id):
    db.session.rollback()
    present = select(GroupMember.user_id).where(GroupMember.group_id == group_id, GroupMember.left_at.is_(None))
    return {accounts.get(user_id).name for user_id in db.session.scalars(present)}


def counts(body):
    return {outcome: count for outcome, count in body["counts"].items() if count}


def test_people_of_the_file_become_members(run, group):
    assert counts(run(dry_run=True)) == {"created": 3}
    assert members(group) == set()

    assert counts(run()) == {"created": 3}
    assert members(group) == {"Ana", "Rui", "Eva"}
    assert counts(run()) == {"unchanged": 3}


def test_an_account_that_exists_joins(run, group, client, admin):
    finished(client, admin, FIRST.encode())

    assert counts(run()) == {"updated": 3}
    assert members(group) == {"Ana", "Rui", "Eva"}


def test_whoever_is_missing_leaves_if_asked_for(run, group):
    run()

    assert counts(run(WITHOUT_EVA)) == {"unchanged": 2}
    assert counts(run(WITHOUT_EVA, mode="sync", dry_run=True)) == {"unchanged": 2, "removed": 1}
    assert counts(run(WITHOUT_EVA, mode="sync")) == {"unchanged": 2, "removed": 1}
    assert members(group) == {"Ana", "Rui"}
    assert counts(run(mode="sync")) == {"unchanged": 2, "updated": 1}
    assert members(group) == {"Ana", "Rui", "Eva"}


@pytest.mark.parametrize("dry_run", [True, False])
def test_removing_more_than_half_is_refused_unless_forced(run, group, dry_run):
    run()
    newcomer = "name;email\nUte;ute@example.com\n"

    refused = run(newcomer, mode="sync", dry_run=dry_run)

    assert (refused["state"], refused["refusal"]["code"], refused["done"]) == ("failed", "too_many_removals", 0)
    assert members(group) == {"Ana", "Rui", "Eva"}
    assert accounts.find("ute@example.com") is None
    assert counts(run(newcomer, mode="sync", force=True)) == {"created": 1, "removed": 3}
    assert members(group) == {"Ute"}


def test_whom_an_administrator_took_out_is_not_put_back(run, group, admin):
    run()
    eva = accounts.find("eva@example.com").id
    group_members.remove(group, [eva], by=admin.id)
    db.session.commit()

    body = run(mode="sync")

    assert counts(body) == {"unchanged": 2, "failed": 1}
    assert [error["code"] for error in body["errors"]] == ["taken_out"]
    group_members.add(group, [eva], by=admin.id)
    db.session.commit()
    assert counts(run(mode="sync")) == {"unchanged": 3}


def test_a_column_puts_people_into_groups(client, admin, group):
    body = finished(
        client, admin, b"name,email,group\nAna,ana@example.com,7b\nRui,rui@example.com,class 7B\nEva,e@example.com,8A\n"
    )

    assert counts(body) == {"created": 2, "failed": 1}
    assert [(error["row"], error["column"], error["code"]) for error in body["errors"]] == [
        (4, "group", "no_such_group")
    ]
    assert members(group) == {"Ana", "Rui"}


def test_a_group_that_is_deleted_meanwhile_costs_only_its_rows(client, admin, group, monkeypatch):
    other = groups.create(by=admin.id, name="Class 8A", code="8A")["id"]
    db.session.commit()
    plan, planned = running.plan, []

    def plan_before_it_is_deleted(*args):
        planned.append(plan(*args))
        if len(planned) == 1:
            groups.remove(other, by=admin.id)
            db.session.commit()
        return planned[-1]

    monkeypatch.setattr(running, "plan", plan_before_it_is_deleted)
    body = finished(
        client, admin, b"name,email,group\nAna,ana@example.com,7B\nRui,r@example.com,8A\nEva,e@example.com,7B\n"
    )

    assert (body["state"], counts(body)) == ("done", {"created": 2, "failed": 1})
    assert [(error["row"], error["code"]) for error in body["errors"]] == [(3, "no_such_group")]
    assert members(group) == {"Ana", "Eva"}


@pytest.mark.parametrize(("end", "code"), [("remove", "group_removed"), ("archive", "group_archived")])
def test_a_group_that_ends_before_its_import_fails_it(client, admin, group, end, code):
    created = create(client, admin, upload(admin, FIRST.encode()), kind="group_members", group_id=group).json["id"]
    groups.remove(group, by=admin.id) if end == "remove" else groups.change(group, by=admin.id, archived=True)
    db.session.commit()
    outbox.relay(topic=jobs.TOPIC)

    body = client.get(f"/admin/imports/{created}", auth=admin).json

    assert (body["state"], body["refusal"]["code"]) == ("failed", code)
    assert accounts.find("ana@example.com") is None


def test_two_workers_count_each_removal_once(app, client, admin, run, group, monkeypatch):
    run()
    monkeypatch.setattr(running, "BATCH", 1)
    options = {"kind": "group_members", "group_id": group, "mode": "sync"}
    created = create(client, admin, upload(admin, WITHOUT_EVA.encode()), **options).json["id"]

    def work(_):
        with app.app_context():
            jobs.carry_out({"import_id": created})
            db.session.commit()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))

    body = client.get(f"/admin/imports/{created}", auth=admin).json
    assert (body["state"], counts(body)) == ("done", {"unchanged": 2, "removed": 1})


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"kind": "group_members"}, "group_id"),
        ({"kind": "group_members", "group_id": 999_999}, "group_id"),
        ({"group_id": 1}, "group_id"),
        ({"mode": "sync"}, "mode"),
        ({"force": True}, "force"),
        ({"kind": "teachers"}, "kind"),
    ],
)
def test_what_does_not_fit_is_named(client, admin, options, field):
    response = create(client, admin, upload(admin), **options)

    assert response.status_code == 422
    assert set(response.json["errors"]["json"]) == {field}


def test_an_archived_group_takes_no_import(client, admin, group):
    groups.change(group, by=admin.id, archived=True)
    db.session.commit()

    response = create(client, admin, upload(admin), kind="group_members", group_id=group)

    assert (response.status_code, response.json["code"]) == (409, "group_archived")
    assert db.session.get(Group, group).archived_at is not None


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_an_export_of_members_that_is_synchronized_changes_nothing(client, admin, run, group, suffix):
    run()
    finished(client, admin, b"name,email\nUte,ute@example.com\n")

    exported = client.get(f"/admin/groups/{group}/members.{suffix}", auth=admin)

    assert exported.status_code == 200
    options = {"kind": "group_members", "group_id": group, "mode": "sync"}
    assert counts(finished(client, admin, exported.data, **options)) == {"unchanged": 3}
    assert members(group) == {"Ana", "Rui", "Eva"}
    assert client.get(f"/admin/groups/999999/members.{suffix}", auth=admin).status_code == 404


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("code", ["7  B", "\u200f7\u200bB", "=7B"])
def test_an_export_of_a_group_with_an_odd_code_changes_nothing(client, admin, run, group, code, suffix):
    client.patch(f"/admin/groups/{group}", auth=admin, json={"code": code})
    run()
    exported = client.get(f"/admin/groups/{group}/members.{suffix}", auth=admin)

    options = {"kind": "group_members", "group_id": group, "mode": "sync"}
    assert counts(finished(client, admin, exported.data, **options)) == {"unchanged": 3}


def test_a_disabled_member_is_neither_exported_nor_removed(client, admin, run, group):
    run()
    client.patch(f"/admin/users/{accounts.find('eva@example.com').id}", auth=admin, json={"is_active": False})

    exported = client.get(f"/admin/groups/{group}/members.csv", auth=admin)

    options = {"kind": "group_members", "group_id": group, "mode": "sync"}
    assert counts(finished(client, admin, exported.data, **options)) == {"unchanged": 2}
    assert members(group) == {"Ana", "Rui", "Eva"}
