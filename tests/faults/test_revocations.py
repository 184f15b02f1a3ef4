"""A right that is revoked while Redis is away, or by a process that dies right afterwards, is gone all the same."""

import os
import signal
import subprocess
import sys

import pytest

from devstack.processes import ports
from learnstream import tokens
from learnstream.policies import entitlements
from learnstream.services.foundation import facts, outbox
from learnstream.stores import generations
from tests.server import ROOT
from tests.waiting import within

AT_ONCE = 1.0  # second after Redis's return
BOTH_WAYS = pytest.mark.parametrize("how", ["refused", pytest.param("frozen", marks=pytest.mark.thorough)])


class Right:
    """A permission: a request that needs it, how it is revoked, and `fact`, its cache key in Redis."""

    def __init__(self, person, path, fact, take, refusal):
        self.person, self.path, self.fact, self.take, self.refusal = person, path, fact, take, refusal

    def answer(self):
        answer = self.person.ask("GET", self.path)
        return answer.json()["code"] if answer.status_code >= 400 else answer.status_code


def session(school):
    person = school.person()
    session_id = tokens.decode(person.tokens["access_token"], kind="access")["sid"]
    return Right(
        person,
        "/users/me",
        entitlements.session_key(session_id),
        lambda: person.do("POST", "/auth/logout"),
        "token_revoked",
    )


def account(school):
    person = school.person()

    def disable():
        school.admin.do("PATCH", f"/admin/users/{person.id}", is_active=False)

    return Right(person, "/users/me", entitlements.user_key(person.id), disable, "token_revoked")


def role(school):
    person = school.instructor()

    def demote():
        school.admin.do("PATCH", f"/admin/users/{person.id}", role="student")

    return Right(person, "/users/me/courses", entitlements.user_key(person.id), demote, "token_revoked")


def seat(school):
    course_id, [lesson_id] = school.course_of_texts(school.instructor(), 1)
    person = school.person()
    person.do("POST", f"/courses/{course_id}/enroll")

    def withdraw():
        person.do("DELETE", f"/courses/{course_id}/enroll")

    return Right(person, f"/lessons/{lesson_id}", entitlements.seat_key(person.id, course_id), withdraw, "not_enrolled")


RIGHTS = pytest.mark.parametrize("of", [session, account, role, seat])


@pytest.fixture
def lose(stores, cache, fail):
    """Revoke a right while Redis is away, and return it once Redis is back and should have been updated."""

    def lose(right, how):
        assert right.answer() == 200
        assert cache.exists(f"cache:{right.fact}")
        fail("redis", how)
        right.take()
        stores["redis"].heal()
        within(AT_ONCE, lambda: not cache.exists(f"cache:{right.fact}"))
        return right

    return lose


@RIGHTS
@BOTH_WAYS
def test_a_right_taken_back_while_redis_is_away_is_gone_within_a_second_of_its_return(app, school, lose, of, how):
    right = lose(of(school), how)

    assert right.answer() == right.refusal


@RIGHTS
def test_a_right_taken_back_while_redis_was_away_does_not_come_back_when_postgresql_goes(app, school, fail, lose, of):
    right = lose(of(school), "refused")

    fail("postgres", "refused")

    assert right.answer() == "store_unavailable"


@pytest.fixture
def killed(settings):
    """Send a request in a process that is killed right after its commit."""

    def killed(person, method, path, **environment):
        command = [sys.executable, "-m", "tests.faults.killed", method, path, person.token]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **settings, **environment},
            capture_output=True,
            text=True,
        )
        assert done.returncode == -signal.SIGKILL, done.stderr

    return killed


@pytest.fixture
def without_redis():
    """Return the environment of a process that cannot reach Redis."""
    return {"REDIS_URL": f"redis://127.0.0.1:{ports.free()}/0"}


@pytest.fixture
def me(client, stranger):
    """Return a function that requests the stranger's profile and returns the status."""
    return lambda: client.get("/users/me", auth=stranger).status_code


def test_a_process_killed_right_after_its_commit_leaves_no_right_behind(me, killed, stranger):
    assert me() == 200

    killed(stranger, "POST", "/auth/logout")

    assert me() == 401


def test_what_a_killed_process_could_not_tell_redis_is_told_by_the_schedule(me, killed, stranger, without_redis):
    assert me() == 200
    killed(stranger, "POST", "/auth/logout", **without_redis)

    outbox.relay()

    assert me() == 401


def test_what_a_killed_process_could_not_tell_redis_is_told_by_its_successor(
    app, me, killed, stranger, without_redis, monkeypatch
):
    monkeypatch.setattr(generations, "on_return", [])
    assert me() == 200
    killed(stranger, "POST", "/auth/logout", **without_redis)

    facts.take_over_pending(app)

    within(AT_ONCE, lambda: me() == 401)


def test_whoever_finds_that_redis_is_back_tells_it_what_killed_processes_could_not(
    app, me, killed, stranger, without_redis, monkeypatch
):
    monkeypatch.setattr(generations, "on_return", [])
    facts.take_over_pending(app)
    assert me() == 200
    killed(stranger, "POST", "/auth/logout", **without_redis)
    generations.breaker.failed()

    # Sooner or later a request reaches Redis again, and finds it available.
    within(3 * AT_ONCE, lambda: me() == 401 and not generations.breaker.open)
