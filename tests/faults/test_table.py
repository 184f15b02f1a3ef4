"""The design's table, cell by cell: what works while a store is away, whatever the fault."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults import report
from tests.faults.conftest import RECOVERY
from tests.faults.stores import FAULTS
from tests.faults.table import STORES, TABLE
from tests.waiting import within

# "At once" is two seconds in all; the third is for a busy machine.
AT_ONCE = 3.0
THREADS = 5


def cells():
    """Yield every cell with every fault; all but one per cell are marked thorough, in turns, so each has its share."""
    for row, name in enumerate(TABLE):
        for column, store in enumerate(STORES):
            for number, fault in enumerate(FAULTS):
                turn = (row + 2 * column) % len(FAULTS) == number
                yield pytest.param(name, store, fault, marks=[] if turn else pytest.mark.thorough)


@pytest.mark.parametrize(("row", "store", "fault"), list(cells()))
def test_the_table_of_outages_holds(
    row, store, fault, seeder, system, fail, heal, expire_cached_entries, record_property
):
    cases = TABLE[row](seeder)
    workers = system.server.workers()
    before = {case.name: content(get_response(case, case.normal_status)) for case in cases if case.cached}
    expire_cached_entries()

    fail(store, fault)
    # Each request is the first to meet a fault in turn.
    first = list(FAULTS).index(fault) % len(cases)
    durations = []
    for case in cases[first:] + cases[:first]:
        response = get_response(case, case.status_without(store))
        durations.append(response.elapsed.total_seconds())
        assert durations[-1] < AT_ONCE, f"{case.name} took {response.elapsed}"
        if response.status_code == 503:
            assert int(response.headers["Retry-After"]) > 0
            assert response.headers["Content-Type"] == "application/problem+json"
        elif case.cached and response.status_code == case.normal_status:
            assert content(response) == before[case.name]

    recovery = heal(store)
    after = {case.name: get_response(case, case.normal_status) for case in cases}
    assert {name: content(after[name]) for name in before} == before
    # A busy machine may starve a store for longer than the bulkhead waits for it; a hanging thread stays.
    within(RECOVERY, lambda: request_concurrently(seeder) == {200: 2 * THREADS})
    assert system.server.workers() == workers
    record_property("measured", {"store": store, "fault": fault, "slowest": max(durations), "recovery": recovery})


def test_every_fault_occurs_in_the_default_run():
    turns = Counter(cell.values[2] for cell in cells() if not cell.marks)

    assert turns.keys() == FAULTS.keys()
    assert sum(turns.values()) == len(TABLE) * len(STORES)
    assert min(turns.values()) >= 4


def test_a_report_has_dashes_for_cells_that_did_not_run():
    measured = [{"store": "mongodb", "fault": "frozen", "slowest": 1.52, "recovery": 0.96}]
    _, _, *rows = report.cells(measured)

    assert rows == [
        f"| {fault} | – / – | {'1.5 / 1.0' if fault == 'frozen' else '– / –'} | – / – |"  # noqa: RUF001
        for fault in FAULTS
    ]


def get_response(case, status):
    response = case.send()
    assert response.status_code == status, f"{case.name}: {response.status_code} {response.text}"
    return response


def content(response):
    """Return the constant part of a response: error responses have their request's id, playback the viewing's, and links
    the time they were given."""
    if not response.ok:
        return response.json()["code"]
    found = response.json()
    own = {"viewing_id", "session_id", "url", "expires_at", "renew_after"}
    return {name: each for name, each in found.items() if name not in own} if isinstance(found, dict) else found


def request_concurrently(seeder):
    """Send twice as many requests at once as there are threads: a hanging thread would show."""
    with ThreadPoolExecutor(2 * THREADS) as pool:
        responses = pool.map(lambda _: seeder.admin.request("GET", "/auth/sessions"), range(2 * THREADS))
        return Counter(response.status_code for response in responses)
