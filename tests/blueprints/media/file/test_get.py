from tests.files import make_file

REFUSAL = {"field": "size", "code": "size_mismatch", "message": "999 bytes were uploaded, and 1000 announced."}


def test_the_owner_and_administrators_see_a_file(client, owner, admin):
    file = make_file(owner, state="ready", type="application/pdf", pages=3)

    seen = client.get(f"/files/{file['_id']}", auth=owner).json

    assert (seen["id"], seen["state"], seen["pages"], seen["size"]) == (str(file["_id"]), "ready", 3, 1000)
    assert client.get(f"/files/{file['_id']}", auth=admin).json == seen


def test_the_reason_for_a_refusal_is_shown(client, owner):
    file = make_file(owner, state="refused", refusal=REFUSAL)

    assert client.get(f"/files/{file['_id']}", auth=owner).json["refusal"] == REFUSAL


def test_files_of_others_do_not_exist(client, owner, stranger):
    file = make_file(owner)

    response = client.get(f"/files/{file['_id']}", auth=stranger)

    missing = client.get(f"/files/{'f' * 24}", auth=stranger)
    assert (response.status_code, response.json["detail"]) == (404, missing.json["detail"])
