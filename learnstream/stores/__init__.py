"""PostgreSQL, MongoDB and Redis: connections with timeouts, the cache, circuit breakers and bulkheads."""
