"""What a route has written is committed with its response, or not at all."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from learnstream.documents import Course
from learnstream.errors import Unavailable
from learnstream.errors.accounts import AccountDisabled, InvalidCredentials
from learnstream.models import AuditEntry, Enrollment, IdempotencyKey, Session
from learnstream.services.accounts import sessions, signin
from learnstream.services.enrollment import enrollments
from learnstream.services.foundation import audit, idempotency

KEY = {"Idempotency-Key": "once"}
ERRORS = {"of ours": (Unavailable(), 503), "unexpected": (RuntimeError("a bug"), 500)}
NOTE = {"actor_id": None, "target_kind": "user", "target_id": "1"}


@pytest.fixture
def fail_after(monkeypatch):
    """Let a service do its work and then raise."""

    def fail_after(module, name, error):
        work = getattr(module, name)

        def work_and_fail(*args, **kwargs):
            work(*args, **kwargs)
            raise error

        monkeypatch.setattr(module, name, work_and_fail)

    return fail_after


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


@pytest.mark.parametrize(("error", "status"), ERRORS.values(), ids=ERRORS)
def test_an_error_rolls_back(client, stranger, separate_session, fail_after, error, status):
    fail_after(sessions, "end_if_live", error)

    assert client.post("/auth/logout", auth=stranger).status_code == status

    assert separate_session.scalar(select(Session.revoked_at)) is None
    assert client.get("/users/me", auth=stranger).status_code == 200


@pytest.mark.parametrize(("error", "status"), ERRORS.values(), ids=ERRORS)
def test_an_error_rolls_back_and_releases_the_idempotency_key(
    client, stranger, course, separate_session, monkeypatch, fail_after, error, status
):
    fail_after(enrollments, "enroll", error)
    refused = client.post(f"/courses/{course.id}/enroll", auth=stranger, headers=KEY)
    monkeypatch.undo()

    assert refused.status_code == status
    assert (count(separate_session, Enrollment), count(separate_session, IdempotencyKey)) == (0, 0)
    assert client.post(f"/courses/{course.id}/enroll", auth=stranger, headers=KEY).status_code == 201


def sign_in_noted(error):
    def sign_in(**_):
        audit.record("login.throttled", **NOTE)
        raise error

    return sign_in


@pytest.mark.parametrize(
    ("error", "kept"), [(InvalidCredentials(), 1), (AccountDisabled(), 0), (RuntimeError("a bug"), 0)]
)
def test_only_named_errors_commit_earlier_writes(client, app, separate_session, monkeypatch, error, kept):
    monkeypatch.setattr(signin, "sign_in", sign_in_noted(error))

    client.post("/auth/login", json={"email": "a@example.com", "password": "seven quiet herons"})

    assert count(separate_session, AuditEntry) == kept


@pytest.fixture
def unstorable(monkeypatch):
    """Let PostgreSQL fail when a response is to be stored."""

    def fail(*_):
        raise OperationalError("UPDATE", {}, Exception("gone"))

    monkeypatch.setattr(idempotency, "store", fail)


def test_an_enrollment_is_not_committed_without_its_stored_response(
    client, stranger, course, separate_session, unstorable
):
    response = client.post(f"/courses/{course.id}/enroll", auth=stranger, headers=KEY)

    assert (response.status_code, response.json["code"]) == (503, "store_unavailable")
    assert (count(separate_session, Enrollment), count(separate_session, IdempotencyKey)) == (0, 0)


def test_a_created_course_is_returned_even_if_the_response_cannot_be_stored(
    client, owner, separate_session, unstorable
):
    response = client.post("/courses", json={"title": "Botany"}, auth=owner, headers=KEY)

    assert response.status_code == 201
    assert Course.collection().count_documents({}) == 1
    assert separate_session.scalar(select(IdempotencyKey.status)) is None
