from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from learnstream.clock import now
from learnstream.documents import RollupState
from learnstream.services.foundation import lease
from learnstream.services.foundation.lease import LeaseLost


def run_out(name="work"):
    RollupState.collection().update_one({"_id": name}, {"$set": {"lease_until": now() - timedelta(seconds=1)}})


def test_only_one_worker_holds_a_lease(app):
    with lease.hold("work") as first, lease.hold("work") as second, lease.hold("other") as other:
        assert first is not None
        assert second is None
        assert other is not None


def test_a_lease_is_released_after_an_error(app):
    with pytest.raises(ZeroDivisionError), lease.hold("work"):
        _ = 1 / 0

    with lease.hold("work") as held:
        assert held is not None


def test_a_lease_that_is_not_renewed_is_lost(app):
    with lease.hold("work") as first:
        run_out()
        with lease.hold("work") as second:
            second.renew(place=2)
            with pytest.raises(LeaseLost):
                first.renew(place=1)


def test_a_lost_lease_is_not_released_by_its_former_holder(app):
    with lease.hold("work"):
        run_out()
        second = lease.hold("work")
        second.__enter__()

    with lease.hold("work") as third:
        assert third is None


def test_a_lease_is_renewed_when_it_is_due(app):
    with lease.hold("work") as held:
        until = lease.notes("work")["lease_until"]
        held.renew()
        assert lease.notes("work")["lease_until"] == until
        held.renewed_at -= lease.RENEW_EVERY
        held.renew()
        assert lease.notes("work")["lease_until"] > until


def test_a_renewed_lease_is_kept(app):
    with lease.hold("work") as first:
        run_out()
        first.renew(place=1)
        with lease.hold("work") as second:
            assert second is None


def test_one_of_many_concurrent_workers_gets_the_lease(app):
    def take(_):
        with app.app_context():
            entered = lease.hold("work")
            return entered.__enter__() is not None, entered

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(8)))

    assert sum(got for got, _ in taken) == 1


def test_notes_outlive_their_holder(app):
    with lease.hold("work") as held:
        held.renew(place=7)

    assert lease.notes("work")["place"] == 7
    assert lease.notes("nothing") == {}
