"""PostgreSQL, MongoDB and Redis as child processes, from the wheels in requirements-dev.txt."""
