"""Registration of users by themselves."""

from typing import Any

from learnstream.errors.accounts import EmailTaken
from learnstream.models import User
from learnstream.services.accounts import accounts, mail_commands, verification
from learnstream.services.accounts.mail_commands import MailCommand


def register(*, network: str, **account: Any) -> User | None:
    """Create an account; return None if the client must not learn whether the address had one.

    That is so where signing in requires a verified address: the owner of a taken one is told by mail instead, and the
    same work is done in both cases.

    Raises:
        PasswordRefused: the password is too easy to guess.
        EmailTaken, TooManyFailures: the client may learn that the address is taken, but not often.
    """
    if not verification.is_required_for_login():
        with accounts.limit_enumeration(network):
            return accounts.create(**account)
    try:
        accounts.create(**account)
    except EmailTaken:
        mail_commands.add(MailCommand.ALREADY_REGISTERED, email=account["email"])
    return None
