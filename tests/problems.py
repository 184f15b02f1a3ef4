"""Error responses as tests read them."""


def invalid_fields(response, location="json"):
    """Return the fields that a 422 names in the `json` or `query`."""
    assert response.status_code == 422
    return list(response.json["errors"][location])


def outcome(response):
    """Return the status of a response and, if it is an error, its code."""
    return response.status_code, (response.json or {}).get("code")
