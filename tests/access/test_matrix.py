"""Every operation of the document, for every caller and every thing: see `table`."""

import pytest

from learnstream.stores.sql import db
from tests.access.table import CALLERS, objects, rows

ROWS = rows()
ABOUT_COURSES = [row for row in ROWS if "hidden" in objects(row.operation)]
BAD_TOKENS = {"expired": "token_expired", "refresh": "token_invalid", "disabled": "token_revoked"}
# These go on without PostgreSQL, as reads do, and trust what Redis holds of their caller.
TRUSTING = {"PUT /lessons/{lesson_id}/progress", "POST /admin/webhook-events/{event_id}/replay"}
WRITES = [row for row in ROWS if not row.operation.startswith("GET ") and set(row.statuses["guest"].values()) == {401}]
# Flags that narrow a list to what its caller is shown anyway.
FILTERS = {"completed", "is_active", "live"}


def cells(row):
    return {(caller, thing): status for caller in CALLERS for thing, status in row.statuses[caller].items()}


def answered(answer):
    """What an answer says, apart from the id of its request."""
    return answer.status_code, {**answer.json, "request_id": None}


def test_every_operation_has_its_row(described):
    assert {row.operation for row in ROWS} == described.keys()


def test_what_widens_an_operation_has_its_row(described):
    flags = {f"{name}?{flag}=true" for name, each in described.items() for flag in each.flags - FILTERS}

    assert {str(row) for row in ROWS if row.query} == flags


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_who_is_refused_is_told_as_the_table_says_and_changes_nothing(row, ask, snapshot, require_documented):
    expected = {cell: status for cell, status in cells(row).items() if status >= 400}

    answers = {cell: ask(row, *cell) for cell in expected}

    assert {cell: answer.status_code for cell, answer in answers.items()} == expected
    assert snapshot.restore() == []
    for answer in answers.values():
        require_documented(row, answer)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_who_is_let_in_is_answered_as_the_table_and_the_document_say(
    row, ask, snapshot, require_documented, require_commits
):
    expected = {cell: (status, None) for cell, status in cells(row).items() if status < 400}
    answers, changed = {}, set()
    for cell in expected:
        answer = ask(row, *cell)
        answers[cell] = answer.status_code, answer.json if answer.status_code >= 400 else None
        require_documented(row, answer)
        if not row.operation.startswith("GET"):
            changed |= set(snapshot.restore())

    assert answers == expected
    require_commits(row, changed & db.metadata.tables.keys())


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_token_that_is_no_longer_good_opens_nothing(row, ask, snapshot, require_documented):
    expected = {(token, thing): (401, code) for token, code in BAD_TOKENS.items() for thing in objects(row.operation)}

    answers = {cell: ask(row, *cell) for cell in expected}

    assert {cell: (answer.status_code, answer.json["code"]) for cell, answer in answers.items()} == expected
    assert snapshot.restore() == []
    for answer in answers.values():
        require_documented(row, answer)


@pytest.mark.parametrize("row", WRITES, ids=str)
def test_a_write_asks_postgresql_who_its_caller_is_whatever_redis_holds(row, ask, snapshot, believed):
    answer = ask(row, "missed", "own")
    changed = snapshot.restore()

    assert (answer.status_code == 401) is (row.operation not in TRUSTING)
    assert row.operation in TRUSTING or changed == []


@pytest.mark.parametrize("row", ABOUT_COURSES, ids=str)
def test_what_is_hidden_cannot_be_told_from_what_is_missing(row, ask):
    told = {caller: answered(ask(row, caller, "hidden")) for caller in CALLERS if caller != "admin"}

    assert told == {caller: answered(ask(row, caller, "missing")) for caller in told}
