import pytest

from learnstream.clock import now
from learnstream.integrations import files as port
from learnstream.services.media import file_worker, files
from tests.files import make_file, stored
from tests.spreadsheets import people

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def processed(owner, data, **fields):
    file = make_file(owner, purpose="import", size=len(data), state="processing", due_at=now(), **fields)
    port.service().put(files.staging_name(file["_id"]), [data], content_type=None)
    file_worker.process_due()
    return stored(file["_id"])


@pytest.mark.parametrize(
    ("name", "found"), [("libreoffice.xlsx", XLSX), ("windows-1251.csv", "text/csv"), ("utf-16.csv", "text/csv")]
)
def test_a_spreadsheet_of_people_is_ready(admin, name, found):
    file = processed(admin, people(name), name=name)

    assert (file["state"], file["type"], file["refusal"]) == ("ready", found, None)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (people("locked.xlsx"), "password_protected"),
        (people("libreoffice.xls"), "old_format"),
        (b"<html>", "not_a_spreadsheet"),
        (b"Ana;ana@example.com\n", "no_heading"),
        (b"name;group\nAna;7B\n", "missing_column"),
    ],
)
def test_any_other_file_is_refused_with_the_reason(admin, data, code):
    file = processed(admin, data)

    assert (file["state"], file["refusal"]["field"], file["refusal"]["code"]) == ("refused", "content", code)
    assert file["refusal"]["message"].endswith(".")


def test_a_csv_file_that_is_said_to_be_xlsx_is_refused(admin):
    assert processed(admin, b"name;email\n", declared_type=XLSX)["refusal"]["code"] == "type_mismatch"
