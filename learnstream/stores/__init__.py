"""PostgreSQL, MongoDB and Redis: connections with timeouts, the cache, circuit breakers and bulkheads."""

import sys


def _import_mongoengine() -> None:
    """Import MongoEngine without Pillow, which it imports for a field that is not used here: 2.9 MB of each process."""
    present = sys.modules.get("PIL")
    # The import fails then, as if it were not installed.
    sys.modules["PIL"] = None  # type: ignore[assignment]
    try:
        import mongoengine  # noqa: F401, PLC0415 - see above
    finally:
        del sys.modules["PIL"]
        if present:
            sys.modules["PIL"] = present


_import_mongoengine()
