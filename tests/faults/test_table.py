"""The design's table, cell by cell: what works while a store is away, whatever the fault."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults import report
from tests.faults.stores import FAULTS
from tests.faults.table import STORES, TABLE

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
def test_the_table_holds(row, store, fault, school, system, fail, heal, let_grow_old, record_property):
    asks = TABLE[row](school)
    workers = system.server.workers()
    before = {ask.name: content(answered(ask, ask.well)) for ask in asks if ask.seen}
    let_grow_old()

    fail(store, fault)
    # Each request is the first to meet a fault in turn.
    first = list(FAULTS).index(fault) % len(asks)
    took = []
    for ask in asks[first:] + asks[:first]:
        answer = answered(ask, ask.status_without(store))
        took.append(answer.elapsed.total_seconds())
        assert took[-1] < AT_ONCE, f"{ask.name} took {answer.elapsed}"
        if answer.status_code == 503:
            assert int(answer.headers["Retry-After"]) > 0
            assert answer.headers["Content-Type"] == "application/problem+json"
        elif ask.seen and answer.status_code == ask.well:
            assert content(answer) == before[ask.name]

    recovery = heal(store)
    after = {ask.name: answered(ask, ask.well) for ask in asks}
    assert {name: content(after[name]) for name in before} == before
    assert all_at_once(school) == {200: 2 * THREADS}
    assert system.server.workers() == workers
    record_property("measured", {"store": store, "fault": fault, "slowest": max(took), "recovery": recovery})


def test_every_fault_has_its_share_of_the_daily_cells():
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


def answered(ask, status):
    answer = ask.send()
    assert answer.status_code == status, f"{ask.name}: {answer.status_code} {answer.text}"
    return answer


def content(answer):
    """Return the constant part of a response: error responses have their request's id, playback the viewing's."""
    if not answer.ok:
        return answer.json()["code"]
    found = answer.json()
    own = {"viewing_id", "session_id"}
    return {name: each for name, each in found.items() if name not in own} if isinstance(found, dict) else found


def all_at_once(school):
    """Send twice as many requests at once as there are threads: a hanging thread would show."""
    with ThreadPoolExecutor(2 * THREADS) as pool:
        answers = pool.map(lambda _: school.admin.ask("GET", "/auth/sessions"), range(2 * THREADS))
        return Counter(answer.status_code for answer in answers)
