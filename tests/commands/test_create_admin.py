import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from learnstream.models import AuditEntry, Role, User
from learnstream.services.accounts import passwords
from tests.factories import PASSWORD, make_person

ROOT = Path(__file__).parents[2]
EMAIL = "ada@school.test"
GOOD = "nine patient snails"
ANOTHER = "ten other snails"


@pytest.fixture
def create_admin(app):
    def run(*options, **kwargs):
        return app.test_cli_runner().invoke(args=["create-admin", *options], **kwargs)

    return run


def start(settings, *arguments):
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    return subprocess.Popen(
        command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def administrators(session):
    return session.scalars(select(User).where(User.role == Role.ADMIN)).all()


def test_an_administrator_is_created_who_can_sign_in(create_admin, client, separate_session):
    result = create_admin("--email", "Ada@SCHOOL.test", "--password", GOOD, "--name", "Ada")

    (user,) = administrators(separate_session)
    assert (result.exit_code, user.email, user.name) == (0, "Ada@school.test", "Ada")
    assert client.post("/auth/login", json={"email": EMAIL, "password": GOOD}).status_code == 200
    assert separate_session.scalars(select(AuditEntry.action)).all() == ["user.created"]


def test_the_administrator_signs_in_where_verified_addresses_are_required(create_admin, client, require_verified):
    require_verified("login")
    create_admin("--email", EMAIL, "--password", GOOD)

    assert client.post("/auth/login", json={"email": EMAIL, "password": GOOD}).status_code == 200


def test_missing_options_are_prompted_for(create_admin, separate_session):
    result = create_admin(input=f"{EMAIL}\n{GOOD}\n")

    assert (result.exit_code, len(administrators(separate_session))) == (0, 1)
    assert GOOD not in result.output


def test_a_second_run_changes_nothing(create_admin, separate_session):
    create_admin("--email", EMAIL, "--password", GOOD)

    result = create_admin("--email", EMAIL.upper(), "--password", ANOTHER)

    (user,) = administrators(separate_session)
    assert (result.exit_code, "already" in result.output) == (0, True)
    assert passwords.matches(user.password_hash, GOOD)


def test_an_existing_user_does_not_become_an_administrator(create_admin, stranger, separate_session):
    result = create_admin("--email", stranger.email, "--password", GOOD)

    assert result.exit_code == 1
    assert administrators(separate_session) == []


@pytest.mark.parametrize("password", ["admin", "password", "changeme", "x" * 129, EMAIL])
def test_a_weak_password_is_rejected(create_admin, separate_session, password):
    result = create_admin("--email", EMAIL, "--password", password)

    assert (result.exit_code, administrators(separate_session)) == (1, [])


def test_an_invalid_address_is_rejected(create_admin, separate_session):
    result = create_admin("--email", "ada", "--password", GOOD)

    assert (result.exit_code, administrators(separate_session)) == (2, [])


def test_concurrent_processes_create_one_administrator(app, settings, separate_session):
    both = [start(settings, "create-admin", "--email", EMAIL, "--password", GOOD) for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in both]

    assert [process.returncode for process in both] == [0, 0], outputs
    assert len(administrators(separate_session)) == 1


def test_concurrent_releases_create_the_first_administrator_and_later_ones_leave_it_unchanged(
    app, settings, separate_session
):
    settings = settings | {"ADMIN_EMAIL": EMAIL, "ADMIN_PASSWORD": GOOD}
    both = [start(settings, "release") for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in both]
    later = start(settings | {"ADMIN_PASSWORD": ANOTHER}, "release")
    outputs.append(later.communicate(timeout=60)[0])

    assert [process.returncode for process in [*both, later]] == [0, 0, 0], outputs
    (user,) = administrators(separate_session)
    assert passwords.matches(user.password_hash, GOOD)


def test_a_release_does_not_promote_a_user_who_has_the_address(app, settings, separate_session):
    early = make_person(Role.STUDENT)

    release = start(settings | {"ADMIN_EMAIL": early.email, "ADMIN_PASSWORD": GOOD}, "release")
    output = release.communicate(timeout=60)[0]

    assert (release.returncode, "left unchanged" in output) == (0, True)
    user = separate_session.get_one(User, early.id)
    assert (user.role, passwords.matches(user.password_hash, PASSWORD)) == (Role.STUDENT, True)


def test_a_release_without_settings_creates_no_account(app, settings, separate_session):
    release = start(settings, "release")
    output = release.communicate(timeout=60)[0]

    assert release.returncode == 0, output
    assert separate_session.scalars(select(User)).all() == []
