from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from learnstream.clock import now
from learnstream.services.media import file_worker, files
from tests.files import make_file, stored


def complete(client, file, auth):
    return client.post(f"/files/{file['_id']}/complete", auth=auth)


def test_an_upload_is_completed(client, owner):
    file = make_file(owner)

    response = complete(client, file, owner)

    assert (response.status_code, response.json["state"]) == (202, "processing")
    assert stored(file["_id"])["due_at"] <= now()


def test_an_upload_is_completed_once_by_many_at_once(app, owner):
    file = make_file(owner)

    def send(_):
        return complete(app.test_client(), file, owner)

    with ThreadPoolExecutor(4) as pool:
        responses = [*pool.map(send, range(8))]

    assert {(each.status_code, each.json["state"]) for each in responses} == {(202, "processing")}


def test_one_users_many_files_do_not_delay_those_of_others(client, owner, admin):
    """Each may take as long to check as its maker likes."""
    before = now()
    own = [make_file(owner) for _ in range(files.CHECKED_AT_ONCE + 2)]
    for file in own:
        complete(client, file, owner)
    other = make_file(admin)
    complete(client, other, admin)

    waits = [stored(file["_id"])["due_at"] - before >= files.PACE for file in own]
    assert waits == [False] * files.CHECKED_AT_ONCE + [True] * 2
    assert stored(own[-1]["_id"])["due_at"] - stored(own[-2]["_id"])["due_at"] >= files.PACE
    assert stored(other["_id"])["due_at"] <= now()


def test_completing_before_the_bytes_came_refuses_the_file(client, owner):
    file = make_file(owner)
    complete(client, file, owner)
    file_worker.process_due()

    response = complete(client, file, owner)

    assert (response.status_code, response.json["state"]) == (202, "refused")
    assert (response.json["refusal"]["field"], response.json["refusal"]["code"]) == ("upload", "upload_missing")


def test_an_upload_can_be_completed_after_its_url_has_expired(client, owner):
    file = make_file(owner, upload_expires_at=now() - timedelta(minutes=1))

    assert complete(client, file, owner).status_code == 202


def test_uploads_of_others_cannot_be_completed(client, owner, stranger, admin):
    file = make_file(owner)

    assert complete(client, file, stranger).status_code == 404
    assert complete(client, file, admin).json["code"] == "not_your_file"
    assert stored(file["_id"])["state"] == "uploading"
