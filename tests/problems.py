"""Error responses as tests read them."""


def invalid_fields(answer, location="json"):
    """Return the fields that a 422 names in the `json` or `query`."""
    assert answer.status_code == 422
    return list(answer.json["errors"][location])
