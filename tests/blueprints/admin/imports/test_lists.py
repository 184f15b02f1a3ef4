"""The list of imports, the errors of one, and exports in the same shape."""

import pytest
from sqlalchemy import inspect

from learnstream.integrations import spreadsheets
from learnstream.models import Role
from learnstream.services.enrollment.imports import jobs
from learnstream.stores.keyset import Part
from tests.factories import make_person
from tests.imports import create, finished, upload


def rows_in(response):
    assert response.status_code == 200, response.text
    with spreadsheets.read([response.data]) as table:
        return [row.cells for row in table.rows]


def test_imports_are_listed_newest_first_without_their_errors(client, admin):
    done = finished(client, admin)["id"]
    queued = create(client, admin, upload(admin)).json["id"]

    listed = client.get("/admin/imports", auth=admin).json

    assert [(each["id"], each["state"], each["done"]) for each in listed] == [(queued, "queued", 0), (done, "done", 3)]
    assert not any("errors" in each or "table" in each for each in listed)
    assert [each["id"] for each in client.get("/admin/imports?state=done", auth=admin).json] == [done]


def test_a_list_counts_rows_without_reading_them(client, admin):
    finished(client, admin)

    [listed] = jobs.browse(part=Part(10)).entries

    assert listed.done == 3
    assert {"rows", "errors", "table"} <= inspect(listed).unloaded


def test_errors_are_a_workbook_to_give_back(client, admin):
    import_id = finished(client, admin)["id"]

    response = client.get(f"/admin/imports/{import_id}/errors.xlsx", auth=admin)

    assert response.headers["Content-Disposition"] == f'attachment; filename="errors-{import_id}.xlsx"'
    heading, error = rows_in(response)
    assert heading == ["row", "column", "value", "code", "message"]
    assert error[:4] == [3.0, "email", "rui@example", "invalid_email"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_an_export_that_is_imported_changes_nothing(client, admin, owner, learner, suffix):
    finished(client, admin)
    make_person(Role.STUDENT, "Zed", is_active=False)

    exported = client.get(f"/admin/users.{suffix}", auth=admin)

    assert len(rows_in(exported)) == 1 + 5
    assert rows_in(exported)[-1] == ["Eva", "eva@example.com", "student", "", "009"]
    counts = finished(client, admin, exported.data, invite=False)["counts"]
    assert (counts["unchanged"], counts["failed"]) == (5, 0)


def test_a_spreadsheet_is_readable_by_its_owner_alone(client, admin):
    file_id = upload(admin)
    other = make_person(Role.ADMIN, "Abe")

    for path in (f"/files/{file_id}", f"/files/{file_id}/content"):
        assert client.get(path, auth=admin).status_code == 200
        assert client.get(path, auth=other).status_code == 404
