"""PostgreSQL, MongoDB and Redis: connections bounded in time, the cache, and what isolates a failing store."""
