from concurrent.futures import ThreadPoolExecutor

import pytest
from bson import ObjectId

from learnstream.models import AuditEntry, Role
from learnstream.models.people_import import PeopleImport
from learnstream.services.accounts import accounts
from learnstream.services.enrollment.imports import jobs, running
from learnstream.services.foundation import outbox
from learnstream.services.media import files
from learnstream.stores.sql import db
from tests.factories import make_person
from tests.imports import create, finished, upload


def test_an_import_is_queued_with_its_audit_entry(client, admin):
    file_id = upload(admin)

    response = create(client, admin, file_id)

    body = response.json
    assert response.status_code == 202
    assert (body["state"], body["total"], body["done"], body["errors"], body["refusal"]) == (
        "queued",
        None,
        0,
        [],
        None,
    )
    entry = db.session.query(AuditEntry).filter_by(action="people.imported").one()
    assert (entry.actor_id, entry.target_id) == (admin.id, str(body["id"]))


def test_each_row_stands_alone(client, admin):
    body = finished(client, admin)

    assert (body["state"], body["total"], body["done"]) == ("done", 3, 3)
    assert body["counts"] == {"created": 2, "updated": 0, "unchanged": 0, "removed": 0, "failed": 1, "invited": 0}
    [error] = body["errors"]
    assert (error["row"], error["column"], error["value"], error["code"]) == (
        3,
        "email",
        "rui@example",
        "invalid_email",
    )
    assert accounts.find("eva@example.com").external_id == "009"


def test_the_same_file_again_changes_nothing(client, admin):
    finished(client, admin)

    assert finished(client, admin)["counts"] == {
        "created": 0,
        "updated": 0,
        "unchanged": 2,
        "removed": 0,
        "failed": 1,
        "invited": 0,
    }


def test_a_dry_run_says_the_same_and_changes_nothing(client, admin):
    body = finished(client, admin, dry_run=True)

    assert (body["counts"]["created"], body["counts"]["failed"]) == (2, 1)
    assert accounts.find("ana@example.com") is None
    assert finished(client, admin)["counts"] == body["counts"]


def test_an_interrupted_import_counts_each_row_once(client, admin, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 1)
    created = create(client, admin, upload(admin)).json["id"]
    record, batches = jobs._record, []

    def interrupted(job, changes):
        batches.append(changes)
        if len(batches) == 3:
            raise KeyboardInterrupt
        record(job, changes)

    monkeypatch.setattr(jobs, "_record", interrupted)
    with pytest.raises(KeyboardInterrupt):
        jobs.carry_out({"import_id": created})
    db.session.rollback()
    halfway = client.get(f"/admin/imports/{created}", auth=admin).json
    monkeypatch.setattr(jobs, "_record", record)
    jobs.carry_out({"import_id": created})
    db.session.commit()

    assert (halfway["state"], halfway["total"], halfway["done"]) == ("running", 3, 2)
    done = client.get(f"/admin/imports/{created}", auth=admin).json
    assert (done["state"], done["counts"]["created"], done["counts"]["failed"]) == ("done", 2, 1)


def test_two_workers_count_each_row_once(app, client, admin, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 1)
    created = create(client, admin, upload(admin)).json["id"]

    def work(_):
        with app.app_context():
            jobs.carry_out({"import_id": created})
            db.session.commit()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))

    body = client.get(f"/admin/imports/{created}", auth=admin).json
    assert (body["state"], body["done"], len(body["errors"])) == ("done", 3, 1)
    assert body["counts"] == {"created": 2, "updated": 0, "unchanged": 0, "removed": 0, "failed": 1, "invited": 0}


def test_it_tells_how_the_file_was_read(client, admin):
    data = "Liste\nИмя;E-mail;Дата\nЖюли;julie@example.com;2012\n".encode("cp1251")

    assert finished(client, admin, data, dry_run=True)["table"] == {
        "sheet": None,
        "encoding": "cp1251",
        "delimiter": ";",
        "heading_row": 2,
        "columns": ["name", "email"],
        "ignored": ["Дата"],
        "sample": [{"name": "Жюли", "email": "julie@example.com"}],
    }


def test_a_file_that_is_gone_fails_the_import(client, admin):
    file_id = upload(admin)
    created = create(client, admin, file_id).json["id"]
    files.File.collection().delete_one({"_id": ObjectId(file_id)})
    files.forget(file_id)
    outbox.relay(topic=jobs.TOPIC)

    body = client.get(f"/admin/imports/{created}", auth=admin).json

    assert (body["state"], body["refusal"]["code"]) == ("failed", "file_removed")


@pytest.mark.parametrize("change", [{"role": "instructor"}, {"is_active": False}])
def test_an_import_of_a_former_administrator_fails(client, admin, change):
    former = make_person(Role.ADMIN, "Abe")
    created = create(client, former, upload(former)).json["id"]
    client.patch(f"/admin/users/{former.id}", auth=admin, json=change)
    outbox.relay(topic=jobs.TOPIC)

    body = client.get(f"/admin/imports/{created}", auth=admin).json

    assert (body["state"], body["refusal"]["code"]) == ("failed", "not_an_administrator")
    assert accounts.find("ana@example.com") is None


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"purpose": "document", "state": "ready", "due_at": None}, 422, "wrong_purpose"),
        ({"state": "uploading", "due_at": None}, 409, "file_not_ready"),
        ({"state": "refused", "due_at": None}, 409, "file_refused"),
    ],
)
def test_other_files_cannot_be_imported(client, admin, fields, status, code):
    response = create(client, admin, upload(admin, **fields))

    assert (response.status_code, response.json["code"]) == (status, code)
    assert db.session.query(PeopleImport).count() == 0


def test_only_own_files_can_be_imported(client, admin, owner):
    assert create(client, admin, upload(owner)).status_code == 404


@pytest.mark.parametrize("body", [{}, {"file_id": "x"}, {"file_id": 7}, {"file_id": "f" * 24, "dry_run": "yes"}])
def test_an_invalid_field_is_named(client, admin, body):
    response = client.post("/admin/imports", auth=admin, json=body)

    assert (response.status_code, response.json["code"]) == (422, "validation_failed")
