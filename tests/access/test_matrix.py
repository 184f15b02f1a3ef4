"""Every operation of the document, for every caller and every object: see `table`."""

import pytest

from learnstream.stores.sql import db
from tests.access.table import CALLERS, objects, rows

ROWS = rows()
ROWS_OF_COURSES = [row for row in ROWS if "hidden" in objects(row.operation)]
BAD_TOKENS = {"expired": "token_expired", "refresh": "token_invalid", "disabled": "token_revoked"}
# These work without PostgreSQL, as reads do, and trust the cached facts about their caller.
CACHED_AUTHENTICATION = {
    "PUT /lessons/{lesson_id}/progress",
    "PUT /courses/{course_id}/reading-list/{book_id}/read",
    "DELETE /courses/{course_id}/reading-list/{book_id}/read",
    "POST /lessons/{lesson_id}/attempts",
    "PUT /attempts/{attempt_id}/answers",
    "POST /attempts/{attempt_id}/submit",
    "PUT /lessons/{lesson_id}/submission",
    "DELETE /lessons/{lesson_id}/submission",
    "POST /lessons/{lesson_id}/submission/submit",
    "PUT /courses/{course_id}/reviews/mine",
    "DELETE /courses/{course_id}/reviews/mine",
    "PUT /books/{book_id}/reviews/mine",
    "DELETE /books/{book_id}/reviews/mine",
    "POST /reviews/{review_id}/helpful",
    "DELETE /reviews/{review_id}/helpful",
    "POST /reviews/{review_id}/report",
    "POST /admin/webhook-events/{event_id}/replay",
    "POST /files",
    "POST /files/{file_id}/complete",
    "DELETE /files/{file_id}",
    "POST /notifications/read",
}
WRITES = [row for row in ROWS if not row.operation.startswith("GET ") and set(row.statuses["guest"].values()) == {401}]
# Flags that narrow a list, or say how a file or a video is shown.
FILTERS = {
    f"{flag}=true"
    for flag in (
        "archived",
        "awaiting",
        "completed",
        "embed",
        "inline",
        "is_active",
        "late",
        "latest",
        "live",
        "unread",
    )
}


def cells(row):
    return {(caller, object_name): status for caller in CALLERS for object_name, status in row.statuses[caller].items()}


def content(response):
    """Return a response's status and body, without the request id."""
    return response.status_code, {**response.json, "request_id": None}


def test_every_operation_has_a_row(operations_by_name):
    assert {row.operation for row in ROWS} == operations_by_name.keys()


def test_every_query_parameter_that_widens_access_has_a_row(operations_by_name):
    flags = {f"{name}?{flag}" for name, each in operations_by_name.items() for flag in each.flags - FILTERS}

    assert {str(row) for row in ROWS if row.query} == flags


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_rejected_callers_get_the_status_of_the_table_and_change_nothing(row, send_as, snapshot, require_documented):
    expected = {cell: status for cell, status in cells(row).items() if status >= 400}

    responses = {cell: send_as(row, *cell) for cell in expected}

    assert {cell: response.status_code for cell, response in responses.items()} == expected
    assert snapshot.restore() == []
    for response in responses.values():
        require_documented(row, response)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_allowed_callers_get_the_documented_status_of_the_table(
    row, send_as, snapshot, require_documented, require_commits
):
    expected = {cell: (status, None) for cell, status in cells(row).items() if status < 400}
    responses, changed = {}, set()
    for cell in expected:
        response = send_as(row, *cell)
        responses[cell] = response.status_code, response.json if response.status_code >= 400 else None
        require_documented(row, response)
        if not row.operation.startswith("GET"):
            changed |= set(snapshot.restore())

    assert responses == expected
    require_commits(row, changed & db.metadata.tables.keys())


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_invalid_tokens_are_rejected_by_every_operation(row, send_as, snapshot, require_documented, operations_by_name):
    expected = {
        (token, object_name): (401, code)
        for token, code in BAD_TOKENS.items()
        for object_name in objects(row.operation)
    }

    responses = {cell: send_as(row, *cell) for cell in expected}

    assert {cell: (response.status_code, response.json["code"]) for cell, response in responses.items()} == expected
    assert snapshot.restore() == []
    # Of operations that need no token, the overview says so for all together.
    takes_token = operations_by_name[row.operation].definition["security"]
    for response in responses.values() if takes_token else ():
        require_documented(row, response)


@pytest.mark.parametrize("row", WRITES, ids=str)
def test_writes_authenticate_against_postgresql_despite_stale_cache_entries(row, send_as, snapshot, stale_redis):
    response = send_as(row, "revoked_admin", "own")
    changed = snapshot.restore()

    assert (response.status_code == 401) is (row.operation not in CACHED_AUTHENTICATION)
    assert row.operation in CACHED_AUTHENTICATION or changed == []


@pytest.mark.parametrize("row", ROWS_OF_COURSES, ids=str)
def test_hidden_objects_are_indistinguishable_from_missing_ones(row, send_as):
    contents = {caller: content(send_as(row, caller, "hidden")) for caller in CALLERS if caller != "admin"}

    assert contents == {caller: content(send_as(row, caller, "missing")) for caller in contents}
