"""What routes prefetch is what they look up, once their lesson and video are known to the process."""

import pytest
from flask import g, request_finished

from learnstream.stores.cache import Prefetch
from learnstream.web.route_facts import facts_of
from tests.access.table import rows

CALLER_KEYS = 3  # the session, the account and the subjects they teach


@pytest.fixture
def prefetching(application, operations_by_name):
    """The rows of the operations that prefetch."""
    views = {endpoint.rpartition(".")[2]: view for endpoint, view in application.view_functions.items()}
    facts = {name: facts_of(views[each.definition["operationId"]]) for name, each in operations_by_name.items()}
    return [row for row in rows() if facts[row.operation].prefetches and not row.query]


@pytest.fixture
def watched(application, monkeypatch):
    """The keys that are read ahead, and those of them that are not looked up by the end of a request."""
    reads, unused = [], []
    read = Prefetch.read

    def read_and_note(self, keys, count=None):
        if not self.entries.keys() >= set(keys):
            reads.append(list(keys))
        read(self, keys, count)

    def note_unused(*_, **__):
        unused.extend(g.prefetch.entries)

    monkeypatch.setattr(Prefetch, "read", read_and_note)
    with request_finished.connected_to(note_unused, application):
        yield reads, unused


def test_every_prefetched_entry_is_looked_up_and_nothing_is_read_later(prefetching, send_as, snapshot, watched):
    assert prefetching
    for row in prefetching:
        send_as(row, "learner", "own")
        [each.clear() for each in watched]

        response = send_as(row, "learner", "own")

        reads, unused = watched
        assert response.status_code < 300, row.operation
        assert ([len(keys) > CALLER_KEYS for keys in reads], unused) == ([True], []), (row.operation, reads)
    snapshot.restore()
