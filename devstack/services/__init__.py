"""PostgreSQL, MongoDB and Redis as child processes, from the wheels of requirements-dev.txt."""
