"""Photos from their upload to what everybody sees."""

import os

import pytest
import requests

from learnstream.clock import now
from learnstream.integrations import files as port
from learnstream.integrations import pictures
from learnstream.integrations.isolation import Interrupted
from learnstream.services.media import file_worker, files, photo_use
from tests.files import make_file, set_photo, stored
from tests.pictures import BLUE, GREEN, RED, YELLOW, corners, decoded, huge_png, photo


def uploaded(owner, data, **fields):
    due = {"purpose": "photo", "state": "processing", "due_at": now(), "size": len(data)}
    file_id = make_file(owner, **due, store=port.service().kind, **fields)["_id"]
    port.service().put(files.staging_name(file_id), [data], content_type=None)
    return file_id


def interrupt(*_):
    raise Interrupted("exit code -9")


def cpu_seconds():
    """The time that this process and those it has waited for have computed, whatever else the machine does."""
    return sum(os.times()[:4])


def copies(prefix="photos/"):
    return sorted(port.service().names(prefix, older_than=now().replace(year=2100)))


def picture(client, file_id):
    """Return the bytes that a browser gets, which follows redirections."""
    response = client.get(f"/photos/{file_id}/large")
    return requests.get(response.location, timeout=10).content if response.status_code == 302 else response.data


def test_a_photo_takes_less_than_two_seconds(client, stranger, file_store):
    file_id = uploaded(stranger, photo("phone.jpg"), declared_type="image/jpeg")
    began = cpu_seconds()

    file_worker.process_due()

    assert cpu_seconds() - began < 2
    file = stored(file_id)
    assert (file["state"], file["type"], file["width"], file["height"]) == ("ready", "image/jpeg", 80, 120)
    assert sorted(file["derived"]) == copies()
    # The original says where it was taken.
    assert copies("files/") == copies("staging/") == []
    assert corners(decoded(picture(client, file_id))) == [BLUE, RED, YELLOW, GREEN]


@pytest.mark.parametrize(
    ("data", "field", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "content", "not_a_picture"),
        (photo("animated.gif"), "content", "not_a_picture"),
        (photo("phone.jpg")[:3000], "content", "unreadable"),
        (huge_png(20_000, 20_000), "content", "too_large"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_reason(stranger, data, field, code):
    file_id = uploaded(stranger, data)

    file_worker.process_due()

    file = stored(file_id)
    assert (file["state"], file["refusal"]["field"], file["refusal"]["code"]) == ("refused", field, code)
    assert file["refusal"]["message"].endswith(".")
    assert (copies(), copies("files/"), copies("staging/")) == ([], [], [])


def test_a_type_that_was_not_announced_is_refused(stranger):
    file_id = uploaded(stranger, photo("corners.png"), declared_type="image/jpeg")

    file_worker.process_due()

    assert stored(file_id)["refusal"]["code"] == "type_mismatch"


def test_a_photo_whose_process_was_killed_is_tried_again(stranger, monkeypatch):
    file_id = uploaded(stranger, photo("phone.jpg"))

    with monkeypatch.context() as patched:
        patched.setattr(pictures, "convert", interrupt)
        file_worker.process_due()
    assert (stored(file_id)["state"], stored(file_id)["tries"]) == ("processing", 1)

    files.File.collection().update_one({"_id": file_id}, {"$set": {"due_at": now()}})
    file_worker.process_due()

    assert stored(file_id)["state"] == "ready"


def test_a_photo_whose_process_is_killed_each_time_is_refused(stranger, monkeypatch):
    file_id = uploaded(stranger, photo("phone.jpg"), tries=4)
    monkeypatch.setattr(pictures, "convert", interrupt)

    file_worker.process_due()

    assert stored(file_id)["refusal"]["code"] == "too_complex"


def test_photos_of_accounts_are_in_use(stranger, learner):
    mine, theirs = (files.ObjectId(set_photo(person)) for person in (stranger, learner))
    other = make_file(stranger, purpose="photo")["_id"]

    assert photo_use.of_accounts([mine, other]) == {mine}
    assert photo_use.of_accounts([mine, theirs, other]) == {mine, theirs}
