"""All accounts and the audit log, for administrators."""

from collections.abc import Sequence
from typing import Any

from flask import request

from learnstream.blueprints.admin import examples
from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common.authentication import admins_only, caller, confirms_caller, recent_sign_in
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.blueprints.common.responses import PRIVATE
from learnstream.errors.accounts import (
    AccountDisabled,
    EmailTaken,
    EmailVerified,
    LastAdministrator,
    NoSecondFactor,
    NoSuchUser,
    OwnSecondFactor,
    PasswordRefused,
)
from learnstream.models import AuditEntry, Role, User
from learnstream.schemas.accounts.administration import (
    AuditEntrySchema,
    AuditQuerySchema,
    LinkRequestSchema,
    LinkSchema,
    UserChangeSchema,
    UserCreateSchema,
    UserQuerySchema,
    UserSchema,
)
from learnstream.schemas.accounts.second_factor import RemovalReasonSchema
from learnstream.services.accounts import accounts, directory
from learnstream.services.foundation import audit
from learnstream.web.hashing import hashes_password
from learnstream.web.paging import Page


@blp.get("/users")
@admins_only
@blp.lists(UserSchema, query=UserQuerySchema, example=examples.USER)
def list_users(query: dict[str, Any], page: Page) -> Sequence[User]:
    """List accounts.

    All accounts, or those that match a search and filters; sorted by name unless `sort` is given.
    """
    return entries(page, directory.browse(**query, part=requested_part(page)))


@blp.post("/users")
@hashes_password
@blp.arguments(UserCreateSchema, example=examples.NEW_USER)
@confirms_caller
@admins_only
@recent_sign_in(when=lambda body: body["role"] is not Role.STUDENT)
@commits(idempotency_key=True)
@blp.response(201, UserSchema, example=examples.CREATED_USER)
@blp.raises(EmailTaken, PasswordRefused)
def create_user(body: dict[str, Any]) -> User:
    """Create an account with any role.

    Its owner can sign in at once with the password given here, and should then change it. Roles other than `student`
    need a recent sign-in.
    """
    return directory.add(by=caller.id, **body)


@blp.get("/users/<row_id:user_id>")
@admins_only
@blp.response(200, UserSchema, example=examples.USER)
@blp.raises(NoSuchUser)
def read_user(user_id: int) -> User:
    """Get an account.

    Passwords are never returned.
    """
    return accounts.get(user_id)


@blp.patch("/users/<row_id:user_id>")
@hashes_password
@blp.arguments(UserChangeSchema, example={"role": "instructor"})
@confirms_caller
@admins_only
@recent_sign_in(when=lambda body, **_: body.keys() != {"name"})
@commits()
@blp.response(200, UserSchema, example=examples.USER | {"role": "instructor"})
@blp.raises(NoSuchUser, EmailTaken, LastAdministrator, PasswordRefused)
def update_user(body: dict[str, Any], user_id: int) -> User:
    """Change an account's name, role or password, or disable or re-enable it.

    Changes take effect from the next request on: a new role requires new access tokens, and disabling the account or
    setting its password ends all of its sessions. The last active administrator can be neither demoted nor disabled.
    Only its owner can change an address, unless a release has reported that another account uses it. All changes but
    that of the name need a recent sign-in.
    """
    return directory.change(by=caller.id, user_id=user_id, **body)


@blp.delete("/users/<row_id:user_id>/mfa")
@blp.arguments(RemovalReasonSchema)
@confirms_caller
@admins_only
@recent_sign_in()
@commits()
@blp.response(204)
@blp.raises(NoSuchUser, NoSecondFactor, OwnSecondFactor)
def delete_second_factor(body: dict[str, str], user_id: int) -> None:
    """Remove the second factor of a user who has lost it.

    Make sure first that it is them who ask. All of their sessions end; they then sign in with the password alone, and can
    set up another one. Needs a recent sign-in.
    """
    directory.remove_second_factor(by=caller.id, user_id=user_id, **body)


@blp.post("/users/<row_id:user_id>/links")
@blp.arguments(LinkRequestSchema)
@confirms_caller
@admins_only
@recent_sign_in()
@commits()
@blp.response(201, LinkSchema, example=examples.LINK)
@blp.raises(NoSuchUser, EmailVerified, AccountDisabled)
def create_user_link(body: dict[str, Any], user_id: int) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Create a link to hand out, instead of mailing it.

    For an account whose owner gets no mails. Hand it to the owner alone: anyone who has it can use it. That it was created
    is in the audit log, the link itself is not. Needs a recent sign-in.
    """
    link = directory.create_link(by=caller.id, user_id=user_id, purpose=body["purpose"], base=request.url_root)
    return link, 201, PRIVATE


@blp.get("/audit-log")
@admins_only
@blp.lists(AuditEntrySchema, query=AuditQuerySchema, example=examples.AUDIT_ENTRY)
def list_audit_entries(query: dict[str, Any], page: Page) -> Sequence[AuditEntry]:
    """List audit log entries, newest first.

    They cover accounts created, changed and disabled, changed passwords and addresses, sessions ended for a reused
    token, repeated refreshes and throttled sign-ins. An entry is written in the transaction of the action it records
    and never changed.
    """
    return entries(page, audit.browse(**query, part=requested_part(page)))
