def test_an_import_that_does_not_exist_is_not_found(client, admin):
    response = client.get("/admin/imports/999999", auth=admin)

    assert (response.status_code, response.json["code"]) == (404, "not_found")
