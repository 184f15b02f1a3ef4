"""What servers say when they reject a recipient: whether there is no such mailbox, or something else is wrong."""

import re

# Bad mailbox, bad system, bad syntax, moved, and a domain that accepts no mail (RFC 3463, RFC 7505). Not those that tell
# of the sender's address (5.1.7, 5.1.8, 5.1.9), nor 5.1.0, which servers answer for either.
NO_MAILBOX = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"}
ENHANCED = re.compile(r"[0-9]{3}[ -](5\.[0-9]{1,3}\.[0-9]{1,3})\b")
# Without such a code only what can mean nothing else: many servers answer 550 to senders that they take for spammers, and
# one such day must not suppress the addresses of a whole school.
WITHOUT_CODE = {550, 551, 553}
WORDS = re.compile(
    r"(?:no such|unknown|invalid|non-?existent) (?:user|mailbox|recipient|address|account)"
    r"|(?:user|mailbox|recipient|address|account)(?: \S+)?(?: is)? (?:unknown|not found|invalid)"
    r"|(?:user|mailbox|recipient|address|account)(?: \S+)? (?:does not|doesn't) exist"
    r"|no (?:mailbox|user)(?: here)? by that name",
    re.IGNORECASE,
)


def has_no_mailbox(code: int, text: str) -> bool:
    """True if a reply to a recipient says that the mailbox does not exist; `text` begins with the code."""
    if not 500 <= code < 600:
        return False
    if enhanced := ENHANCED.match(text):
        return enhanced[1] in NO_MAILBOX
    return code in WITHOUT_CODE and bool(WORDS.search(text))
