"""Commands to mail something to an account's owner. Messaging handles them; accounts know nothing else of mail.

A command contains neither links nor tokens: they are minted when the mail is sent.
"""

import enum
from secrets import token_hex
from typing import Any

from learnstream.services.foundation import outbox

TOPIC = "accounts.mail"


class MailCommand(enum.StrEnum):
    """The mails that can be commanded. An account is given by `user_id`, `email`, or the `change_id` of its change of address."""

    VERIFY_EMAIL = "verify_email"
    ALREADY_REGISTERED = "already_registered"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a command
    FORGOTTEN_PASSWORD = "forgotten_password"  # noqa: S105 - a command
    CONFIRM_ADDRESS = "confirm_address"
    ADDRESS_CHANGED = "address_changed"


def add(command: MailCommand, **payload: Any) -> None:
    """Add a command to the present transaction. Handled repeatedly, it causes one mail."""
    outbox.add(TOPIC, command=command.value, cause=f"{command}:{token_hex(8)}", **payload)
