"""Who is asking, while a store is away. The liveness endpoint asks no store itself, but it checks a token it is given."""


def test_without_postgresql_sessions_seen_before_go_on(call, outage, recovers, stranger, owner):
    call("GET", "/health", stranger)

    outage("postgres")

    assert call("GET", "/health", owner).status_code == 503
    assert call("GET", "/health", stranger).status_code == 200
    recovers("postgres", lambda: call("GET", "/health", owner), 200)


def test_without_redis_every_session_goes_on(call, outage, stranger):
    outage("redis")

    assert call("GET", "/health", stranger).status_code == 200
