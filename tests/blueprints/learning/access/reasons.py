def codes(response):
    assert response["allowed"] == (not response["reasons"])
    return [reason["code"] for reason in response["reasons"]]
