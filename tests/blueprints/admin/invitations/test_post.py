import pytest
from sqlalchemy import func, select

from learnstream.clock import now
from learnstream.models import AuditEntry, Role, User
from learnstream.models.invitation import Invitation
from learnstream.services.accounts.invitations import LIFETIME
from tests.factories import archive, make_course, make_person
from tests.plugins.mail import NOWHERE, configure

TARA = {"email": "tara@example.com", "role": "instructor"}
LONGEST = "x" * 64 + "@" + ".".join(["d" * 61] * 3) + ".com"  # 254 characters


def invite(client, person, **changed):
    return client.post("/admin/invitations", auth=person, json=TARA | changed)


def fields(response):
    return set(response.json["errors"]["json"])


def count(session, table=Invitation):
    return session.scalar(select(func.count()).select_from(table))


def test_an_address_is_invited_for_14_days_with_an_audit_log_entry(client, admin, course, separate_session):
    response = invite(client, admin, course_ids=[course.id], message="Welcome!\nAda")

    stored = separate_session.scalars(select(Invitation)).one()
    assert (response.status_code, response.json["id"], response.json["state"]) == (201, stored.id, "pending")
    assert (stored.email, stored.role, stored.course_ids) == ("tara@example.com", Role.INSTRUCTOR, [course.id])
    assert (stored.message, stored.invited_by) == ("Welcome!\nAda", admin.id)
    assert abs(stored.expires_at - now() - LIFETIME).total_seconds() < 60
    entry = separate_session.scalars(select(AuditEntry).where(AuditEntry.target_kind == "invitation")).one()
    assert (entry.action, entry.actor_id, entry.details["email"]) == ("invitation.created", admin.id, stored.email)


def test_without_mail_nothing_is_said_to_be_sent(client, admin, separate_session):
    response = invite(client, admin)

    assert (response.json["mail"], response.json["mail_requested_at"]) == ("unconfigured", None)


def test_mail_takes_one_statement_more(client, app, admin, queries, monkeypatch):
    def statements(email):
        queries.clear()
        assert invite(client, admin, email=email).status_code == 201
        return queries.count("sql")

    statements("first@example.com")
    without = statements("second@example.com")
    configure(app, monkeypatch, **NOWHERE)

    assert statements("third@example.com") == without + 1


def test_inviting_creates_no_account(client, admin, separate_session):
    invite(client, admin)

    assert separate_session.scalars(select(User.email)).all() == [admin.email]


@pytest.mark.parametrize("again", ["tara@example.com", "TARA@Example.com"])
def test_a_repeated_invitation_is_the_same_one_with_the_courses_of_both(client, admin, owner, separate_session, again):
    first, second = make_course(owner), make_course(owner)
    before = invite(client, admin, course_ids=[first.id])

    after = invite(client, admin, email=again, course_ids=[second.id, first.id])

    assert (after.status_code, after.json["id"]) == (201, before.json["id"])
    assert separate_session.scalars(select(Invitation.course_ids)).all() == [[first.id, second.id]]
    actions = select(AuditEntry.action).where(AuditEntry.target_kind == "invitation").order_by(AuditEntry.id)
    assert separate_session.scalars(actions).all() == ["invitation.created", "invitation.repeated"]


def test_repeating_an_invitation_never_lowers_its_role(client, admin):
    invite(client, admin, role="instructor")

    assert invite(client, admin, role="student").json["role"] == "instructor"
    assert invite(client, admin, role="admin").json["role"] == "admin"


def test_repeating_an_expired_invitation_begins_it_anew(client, admin, make_invitation, course):
    expired = make_invitation(TARA["email"], Role.ADMIN, course, expires_at=now())

    response = invite(client, admin, role="student")

    assert (response.json["id"], response.json["state"]) == (expired.id, "pending")
    assert (response.json["role"], response.json["course_ids"]) == ("student", [])


def test_repeating_a_void_invitation_does_not_restore_its_role(client, admin, make_invitation, course):
    inviter = make_person(Role.ADMIN, "Ben")
    void = make_invitation(TARA["email"], Role.ADMIN, course, by=inviter)
    client.patch(f"/admin/users/{inviter.id}", auth=admin, json={"is_active": False})

    response = invite(client, admin, role="student")

    assert (response.json["id"], response.json["invited_by"]) == (void.id, admin.id)
    assert (response.json["role"], response.json["course_ids"]) == ("student", [])


def test_who_invites_to_a_lower_role_does_not_stand_for_the_higher_one(client, admin, make_invitation):
    inviter = make_person(Role.ADMIN, "Ben")
    make_invitation(TARA["email"], Role.ADMIN, by=inviter)

    assert invite(client, admin, role="student").json["invited_by"] == inviter.id
    assert invite(client, admin, role="admin").json["invited_by"] == admin.id


@pytest.mark.parametrize("end", ["accepted_at", "revoked_at"])
def test_after_it_has_ended_an_address_is_invited_again(client, admin, make_invitation, end, separate_session):
    ended = make_invitation(TARA["email"], **{end: now()})

    assert invite(client, admin).json["id"] != ended.id
    assert count(separate_session) == 2


@pytest.mark.parametrize(
    "email",
    [
        "tara+school@example.org",
        "söla@exämple.com",
        "tara@xn--exmple-cua.com",
        "o'hara@example.com",
        "İtara@example.com",
        "t\u0430ra@example.com",  # a Cyrillic letter
        LONGEST,
    ],
)
def test_addresses_of_all_kinds_are_invited(client, admin, email):
    assert invite(client, admin, email=email).status_code == 201


def test_addresses_that_look_alike_are_different(client, admin, separate_session):
    for email in ("tara@example.com", "t\u0430ra@example.com", "tara+a@example.com"):  # a Cyrillic letter
        invite(client, admin, email=email)

    assert count(separate_session) == 3


def test_addresses_that_differ_in_case_alone_are_one(client, admin, separate_session):
    for email in ("İtara@example.com", "i\u0307TARA@EXAMPLE.com"):
        invite(client, admin, email=email)

    assert count(separate_session) == 1


@pytest.mark.parametrize(
    "email",
    [
        *("", "tara", "tara@", "@example.com", "a b@example.com", "tara@localhost", '"tara"@example.com', 7, None, []),
        *("tara@example.com\nBcc: eve@example.com", "tara@example.com\r\nX: 1", "Tara <tara@example.com>"),
        *("tara@e\x00x.com", "tara@example.com\ud800", "a@b.com,c@d.com", "x" * 65 + "@b.com"),
        LONGEST[:-4] + ".info",
    ],
)
def test_an_invalid_address_is_named(client, admin, email, separate_session):
    response = invite(client, admin, email=email)

    assert (response.status_code, fields(response), count(separate_session)) == (422, {"email"}, 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("role", value) for value in ("owner", "", None, 7, ["student"])),
        *(("course_ids", value) for value in ("a", None, ["astronomy"], ["f" * 24], ["0" * 23 + "\x00"], [None])),
        ("course_ids", [f"{number:024x}" for number in range(21)]),
        *(("message", value) for value in (None, 7, "x" * 1001, "a\x00b", "\ud800")),
        *(("language", value) for value in ("", "xx", None, 7)),
        *(("group_ids", []), ("expires_at", "2030-01-01T00:00:00Z"), ("invited_by", 1)),
    ],
)
def test_an_invalid_field_is_named(client, admin, field, value, separate_session):
    response = invite(client, admin, **{field: value})

    assert (response.status_code, fields(response), count(separate_session)) == (422, {field}, 0)


@pytest.mark.parametrize("close", [archive, None])
def test_nobody_is_invited_to_a_course_that_is_not_open(client, admin, course, draft_course, close):
    closed = draft_course if close is None else course
    if close:
        close(closed)

    response = invite(client, admin, course_ids=[closed.id])

    assert (response.status_code, fields(response)) == (422, {"course_ids"})
    assert closed.id in response.json["errors"]["json"]["course_ids"][0]


@pytest.mark.parametrize("who", ["owner", "stranger"])
def test_only_admins_invite_to_the_school(client, request, who, separate_session):
    response = invite(client, request.getfixturevalue(who), role="student")

    assert (response.status_code, response.json["code"]) == (403, "admins_only")
    assert count(separate_session) == 0


def test_the_same_key_repeats_the_response(client, admin, separate_session):
    def keyed(**changed):
        return client.post("/admin/invitations", auth=admin, json=TARA | changed, headers={"Idempotency-Key": "k"})

    first, again = keyed(), keyed()

    assert (first.status_code, again.data) == (201, first.data)
    assert keyed(email="other@example.com").status_code == 422


def test_an_address_with_an_account_is_invited_all_the_same(client, admin, stranger):
    assert invite(client, admin, email=stranger.email).status_code == 201
