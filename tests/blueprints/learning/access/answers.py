def codes(answer):
    assert answer["allowed"] == (not answer["reasons"])
    return [reason["code"] for reason in answer["reasons"]]
