"""A right that is revoked while Redis is away, or by a process that dies right afterwards, is gone all the same."""

import pytest

from devstack.processes import ports
from learnstream import tokens
from learnstream.policies import entitlements
from learnstream.services.foundation import facts, outbox
from learnstream.stores import generations
from tests.factories import give_to_group, make_course, make_person
from tests.waiting import within

MAX_SECONDS = 1.0  # second after Redis's return
BOTH_WAYS = pytest.mark.parametrize("how", ["refused", pytest.param("frozen", marks=pytest.mark.thorough)])


class Permission:
    """A permission: a request that needs it, how it is revoked, and `fact`, its cache key in Redis."""

    def __init__(self, person, path, fact, revoke, error):
        self.person, self.path, self.fact, self.revoke, self.error = person, path, fact, revoke, error

    def response(self):
        response = self.person.request("GET", self.path)
        return response.json()["code"] if response.status_code >= 400 else response.status_code


def session(seeder):
    person = seeder.person()
    session_id = tokens.decode(person.tokens["access_token"], kind="access")["sid"]
    return Permission(
        person,
        "/users/me",
        entitlements.session_key(session_id),
        lambda: person.request_json("POST", "/auth/logout"),
        "token_revoked",
    )


def account(seeder):
    seeder.renew_admin()
    person = seeder.person()

    def disable():
        seeder.admin.request_json("PATCH", f"/admin/users/{person.id}", is_active=False)

    return Permission(person, "/users/me", entitlements.user_key(person.id), disable, "token_revoked")


def role(seeder):
    person = seeder.instructor()

    def demote():
        seeder.admin.request_json("PATCH", f"/admin/users/{person.id}", role="student")

    return Permission(person, "/users/me/courses", entitlements.user_key(person.id), demote, "token_revoked")


def seat(seeder):
    course_id, [lesson_id] = seeder.course_of_texts(seeder.instructor(), 1)
    person = seeder.person()
    person.request_json("POST", f"/courses/{course_id}/enroll")

    def withdraw():
        person.request_json("DELETE", f"/courses/{course_id}/enroll")

    return Permission(
        person, f"/lessons/{lesson_id}", entitlements.seat_key(person.id, course_id), withdraw, "not_enrolled"
    )


def barred_seat(seeder):
    seeder.renew_admin()
    permission = seat(seeder)
    [seat_id] = (each["id"] for each in permission.person.request_json("GET", "/users/me/enrollments"))
    permission.revoke = lambda: seeder.admin.request_json("DELETE", f"/admin/enrollments/{seat_id}")
    return permission


PERMISSIONS = pytest.mark.parametrize("permission_of", [session, account, role, seat, barred_seat])


@pytest.fixture
def revoke_during_outage(stores, cache, fail):
    """Revoke a right while Redis is away, and return it once Redis is back and should have been updated."""

    def revoke_during_outage(permission, how):
        assert permission.response() == 200
        assert cache.exists(f"cache:{permission.fact}")
        fail("redis", how)
        permission.revoke()
        stores["redis"].heal()
        within(MAX_SECONDS, lambda: not cache.exists(f"cache:{permission.fact}"))
        return permission

    return revoke_during_outage


@PERMISSIONS
@BOTH_WAYS
def test_a_permission_revoked_during_a_redis_outage_is_gone_within_a_second_of_recovery(
    app, seeder, revoke_during_outage, permission_of, how
):
    permission = revoke_during_outage(permission_of(seeder), how)

    assert permission.response() == permission.error


@PERMISSIONS
def test_a_permission_revoked_during_a_redis_outage_stays_revoked_without_postgresql(
    app, seeder, fail, revoke_during_outage, permission_of
):
    permission = revoke_during_outage(permission_of(seeder), "refused")

    fail("postgres", "refused")

    assert permission.response() == "store_unavailable"


@pytest.fixture
def kill_after_commit(kill_process):
    """Send a request in a process that is killed right after its commit."""

    def kill_after_commit(person, method, path, **environment):
        kill_process("kill_after_commit", method, path, person.token, **environment)

    return kill_after_commit


@pytest.fixture
def without_redis():
    """Return the environment of a process that cannot reach Redis."""
    return {"REDIS_URL": f"redis://127.0.0.1:{ports.free()}/0"}


@pytest.fixture
def own_profile_status(client, stranger):
    """Return a function that requests the stranger's profile and returns the status."""
    return lambda: client.get("/users/me", auth=stranger).status_code


def test_a_process_killed_after_its_commit_leaves_no_permission_cached(own_profile_status, kill_after_commit, stranger):
    assert own_profile_status() == 200

    kill_after_commit(stranger, "POST", "/auth/logout")

    assert own_profile_status() == 401


@pytest.mark.parametrize("path", ["/courses/{course}/enroll", "/admin/enrollments/{seat}"])
def test_a_process_killed_after_its_commit_leaves_no_seat_cached(
    client, kill_after_commit, admin, learner, course, seat, path
):
    def status():
        return client.get(f"/lessons/{course.text.id}", auth=learner).status_code

    assert status() == 200

    kill_after_commit(admin if "admin" in path else learner, "DELETE", path.format(course=course.id, seat=seat.id))

    assert status() == 403
    assert client.get("/users/me/enrollments?live=true", auth=learner).json == []


def test_many_seats_of_a_killed_process_are_not_cached(app, client, owner, kill_process):
    course = make_course(owner)
    people = [make_person() for _ in range(30)]
    for person in people:
        give_to_group(person, course)
        assert client.get(f"/lessons/{course.text.id}", auth=person).status_code == 200

    ids = ",".join(str(person.id) for person in people)
    kill_process("end_grants_and_die", course.id, ids)

    assert {client.get(f"/lessons/{course.text.id}", auth=person).status_code for person in people} == {403}


def test_an_invalidation_lost_by_a_killed_process_is_made_by_the_schedule(
    own_profile_status, kill_after_commit, stranger, without_redis
):
    assert own_profile_status() == 200
    kill_after_commit(stranger, "POST", "/auth/logout", **without_redis)

    outbox.relay()

    assert own_profile_status() == 401


def test_an_invalidation_lost_by_a_killed_process_is_made_by_its_successor(
    app, own_profile_status, kill_after_commit, stranger, without_redis, monkeypatch
):
    monkeypatch.setattr(generations, "on_return", [])
    assert own_profile_status() == 200
    kill_after_commit(stranger, "POST", "/auth/logout", **without_redis)

    facts.take_over_pending(app)

    within(MAX_SECONDS, lambda: own_profile_status() == 401)


def test_an_invalidation_lost_by_a_killed_process_is_made_when_redis_recovers(
    app, own_profile_status, kill_after_commit, stranger, without_redis, monkeypatch
):
    monkeypatch.setattr(generations, "on_return", [])
    facts.take_over_pending(app)
    assert own_profile_status() == 200
    kill_after_commit(stranger, "POST", "/auth/logout", **without_redis)
    generations.breaker.failed()

    # Sooner or later a request reaches Redis again, and finds it available.
    within(3 * MAX_SECONDS, lambda: own_profile_status() == 401 and not generations.breaker.open)
