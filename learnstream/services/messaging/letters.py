"""Facts of mails that are only known when they are sent: links with their tokens, and present names.

Each template may have a letter, a function registered for it. Links and tokens are added here because they must not be
stored.
"""

from collections.abc import Callable
from typing import Any

from flask import current_app

from learnstream.models import User
from learnstream.models.mail import Mail, MailTemplate
from learnstream.stores.sql import db

Letter = Callable[[Mail], dict[str, Any]]

# All letters, by template.
letters: dict[MailTemplate, Letter] = {}


class NotNeeded(Exception):
    """The mail is not needed any more, for example because its link would have no effect: it will not be sent.

    A reason is for administrators, who see it with the mail.
    """


def letter(template: MailTemplate) -> Callable[[Letter], Letter]:
    """Register the function that returns the facts of a mail that are only known when it is sent.

    It may raise `NotNeeded`. It is called again for each try; what it writes is committed before the mail is sent.
    """

    def register(function: Letter) -> Letter:
        letters[template] = function
        return function

    return register


def subject_id(mail: Mail) -> int:
    """Return the id of what a mail is about, with which its cause ends after a colon."""
    return int(mail.cause.rpartition(":")[2])


def facts_of(mail: Mail) -> dict[str, Any]:
    """Return everything that the mail's template says.

    Raises:
        NotNeeded: the mail is not needed any more.
    """
    user = db.session.get(User, mail.user_id) if mail.user_id else None
    found = {"name": user.name if user else "", "school": current_app.config["APP_NAME"]} | mail.facts
    added = letters.get(MailTemplate(mail.template))
    return found | added(mail) if added else found
