"""Work that runs in at most one thread of a process at a time."""

import threading
from collections.abc import Callable

# Running work by name: True if it has been requested again.
_running: dict[str, bool] = {}
_lock = threading.Lock()


def exclusively(name: str, work: Callable[[], object]) -> None:
    """Do the work called `name`, unless another thread is doing it, which then does it once more.

    Concurrent requests are combined, so that none is lost and none occupies a thread.
    """
    with _lock:
        if name in _running:
            _running[name] = True
            return
        _running[name] = False
    while True:
        try:
            work()
        except BaseException:
            with _lock:
                del _running[name]
            raise
        if not _is_requested_again(name):
            return


def _is_requested_again(name: str) -> bool:
    with _lock:
        if _running[name]:
            _running[name] = False
            return True
        del _running[name]
        return False
