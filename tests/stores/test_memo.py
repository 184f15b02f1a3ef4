import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from learnstream.stores.memo import Memo


@pytest.fixture
def frequent_switches():
    """Let threads take turns far more often than usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def test_the_oldest_values_are_evicted():
    memo = Memo(2)
    for key in ("a", "b", "c"):
        memo.put(key, key.upper())

    assert [memo.get(key) for key in ("a", "b", "c")] == [None, "B", "C"]


def test_threads_may_evict_values_at_the_same_time(frequent_switches):
    memo = Memo(5)

    def fill(thread):
        for number in range(5000):
            memo.put(f"{thread}:{number}", number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(fill, range(8)))

    assert sum(memo.get(f"{thread}:{number}") is not None for thread in range(8) for number in range(5000)) == 5
