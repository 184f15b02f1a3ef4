from pathlib import Path

import pytest

from learnstream.clock import now
from learnstream.integrations import files as port
from learnstream.services.media import file_worker, files
from tests.files import make_file, stored

DATA = Path(__file__).parents[2] / "data"


def processed(owner, data, **fields):
    file = make_file(owner, size=len(data), state="processing", due_at=now(), **fields)
    port.service().put(files.staging_name(file["_id"]), [data], content_type=None)
    file_worker.process_due()
    return stored(file["_id"])


def sample(name):
    return (DATA / name).read_bytes()


def test_a_document_is_ready(owner):
    file = processed(owner, sample("documents/chromium.pdf"), declared_type="application/pdf")

    assert (file["state"], file["type"], file["pages"]) == ("ready", "application/pdf", 3)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("documents/encrypted.pdf", "pdf_encrypted"),
        ("photos/phone.jpg", "type_not_allowed"),
        ("people/locked.xlsx", "office_encrypted"),
    ],
)
def test_other_documents_are_refused(owner, name, code):
    file = processed(owner, sample(name))

    assert (file["state"], file["refusal"]["code"]) == ("refused", code)
    assert file["refusal"]["message"].endswith(".")


def test_html_that_is_said_to_be_a_pdf_is_refused(owner):
    file = processed(owner, b"<html><script>alert(1)</script>", declared_type="application/pdf")

    assert (file["refusal"]["field"], file["refusal"]["code"]) == ("type", "type_not_allowed")


@pytest.mark.parametrize(
    ("name", "declared", "found"),
    [
        ("grades.csv", None, "text/csv"),
        ("GRADES.CSV", None, "text/csv"),
        ("grades.txt", None, "text/plain"),
        ("grades", "text/csv", "text/csv"),
        ("grades.csv", "text/plain", "text/plain"),
    ],
)
def test_a_text_is_csv_if_its_owner_says_so(owner, name, declared, found):
    file = processed(owner, b"day,phase\n1,new\n", purpose="attachment", name=name, declared_type=declared)

    assert (file["state"], file["type"]) == ("ready", found)


def test_an_attachment_of_another_type_than_said_is_refused(owner):
    file = processed(owner, sample("photos/phone.jpg"), purpose="attachment", declared_type="application/pdf")

    assert file["refusal"]["code"] == "type_mismatch"


@pytest.mark.parametrize("data", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<!doctype html>", b"MZ\x90\x00\x03"])
def test_what_browsers_or_systems_execute_is_no_attachment(owner, data):
    file = processed(owner, data, purpose="attachment", name="moon.png")

    assert file["refusal"]["code"] == "type_not_allowed"
