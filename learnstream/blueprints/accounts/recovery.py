"""Verification of addresses, forgotten passwords, and changes of addresses, by mailed links."""

from learnstream.blueprints.accounts import examples
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.rate_limit import limited
from learnstream.errors.accounts import (
    EmailTaken,
    EmailVerified,
    LinkExpired,
    LinkInvalid,
    TooManyFailures,
)
from learnstream.errors.messaging import MailUnconfigured
from learnstream.schemas.accounts.account import (
    ForgottenSchema,
    LinkTokenSchema,
    MailRequestedSchema,
    NewPasswordSchema,
)
from learnstream.services.accounts import addresses, recovery, verification
from learnstream.web import client_address
from learnstream.web.hashing import hashes_password
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "recovery",
    __name__,
    position=32,
    title="Accounts by mail",
    description="Verify an address, change it, or set a new password, with links that are mailed to its owner.",
)

# Of all pages and operations that take a token: a class may verify its addresses in one minute.
LINKS = "100 per minute"
FORGOTTEN = "30 per minute"
RESENT = "3 per hour"


@blp.post("/auth/verify-email")
@limited(LINKS, by_network=True)
@blp.arguments(LinkTokenSchema)
@commits()
@blp.response(204)
@blp.raises(LinkInvalid, LinkExpired)
def verify_email(body: dict[str, str]) -> None:
    """Verify an address with the token of a mailed link.

    Registering mails the link; it can be used once, for 24 hours, until the address is changed.
    """
    verification.verify(body["token"])


@blp.post("/auth/verify-email/resend")
@limited(RESENT)
@confirms_caller
@commits()
@blp.response(202, MailRequestedSchema, example=examples.SENT)
@blp.raises(EmailVerified, MailUnconfigured)
def create_verification_link() -> dict[str, str]:
    """Mail the caller another link to verify the address.

    At most three times an hour.
    """
    verification.send_link(caller.id)
    return examples.SENT


@blp.post("/auth/password/forgot")
@limited(FORGOTTEN, by_network=True)
@blp.arguments(ForgottenSchema)
@commits()
@blp.response(202, MailRequestedSchema, example=examples.ACCEPTED)
@blp.raises(MailUnconfigured, TooManyFailures)
def create_password_link(body: dict[str, str]) -> dict[str, str]:
    """Mail a link to set a new password.

    Neither the response nor its timing reveals whether the address has an account.
    """
    recovery.send_link(email=body["email"], network=client_address.client_network())
    return examples.ACCEPTED


@blp.post("/auth/password/reset")
@limited(LINKS, by_network=True)
@hashes_password
@blp.arguments(NewPasswordSchema)
@commits()
@blp.response(204)
@blp.raises(
    LinkInvalid,
    LinkExpired,
    examples.COMMON_PASSWORD,
)
def reset_password(body: dict[str, str]) -> None:
    """Set a new password with the token of a mailed link.

    The link can be used once, for an hour, until password or address are changed. All sessions end, and the address
    counts as verified.
    """
    recovery.reset(body["token"], body["password"], network=client_address.client_network())


@blp.post("/auth/confirm-address")
@limited(LINKS, by_network=True)
@blp.arguments(LinkTokenSchema)
@commits()
@blp.response(204)
@blp.raises(LinkInvalid, LinkExpired, EmailTaken)
def verify_new_address(body: dict[str, str]) -> None:
    """Confirm a new address with the token of the link that was mailed to it.

    From then on it is the account's address. The former one gets a mail with a link that undoes the change.
    """
    addresses.confirm(body["token"])


@blp.post("/auth/undo-address")
@limited(LINKS, by_network=True)
@blp.arguments(LinkTokenSchema)
@commits()
@blp.response(204)
@blp.raises(LinkInvalid, LinkExpired, EmailTaken)
def restore_address(body: dict[str, str]) -> None:
    """Undo a change of address with the token of the link that was mailed to the former one.

    It works for 72 hours, whatever has been changed since. The account gets its former address back, its password
    becomes invalid, all sessions end, and a link to set a new password is mailed.
    """
    addresses.undo(body["token"])
