"""Turns a queued mail into the message that is sent."""

from learnstream.integrations.mail import Message
from learnstream.models.mail import Mail, MailTemplate
from learnstream.services.messaging import letters
from learnstream.services.messaging.rendering import render
from learnstream.text.translation import SOURCE, closest


def compose(mail: Mail) -> Message:
    """Return the message of a mail, with its links.

    Raises:
        NotNeeded: the mail is not needed any more.
    """
    language = closest(mail.language) or SOURCE
    facts = letters.facts_of(mail)
    rendered = render(MailTemplate(mail.template), language, facts)
    return Message(
        _key(mail),
        mail.address,
        rendered.subject,
        rendered.text,
        rendered.html,
        language,
        unsubscribe=facts.get("unsubscribe", ""),
    )


def _key(mail: Mail) -> str:
    """Return what makes the `Message-ID`: with the time, since two systems may send from one domain."""
    return f"{mail.id}.{int(mail.created_at.timestamp() * 1000)}"
