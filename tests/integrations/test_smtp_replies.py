"""What replies to a recipient say of the mailbox."""

import pytest

from learnstream.integrations.smtp.replies import has_no_mailbox


@pytest.mark.parametrize(
    "text",
    [
        "550 5.1.1 <sam@example.com>: Recipient address rejected: User unknown in virtual mailbox table",
        "550-5.1.1 The email account that you tried to reach does not exist. Please try",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        "550 5.1.2 bad domain",
        "551 5.1.6 Recipient no longer on server",
        "553 5.1.3 Bad recipient address syntax",
        "556 5.1.10 Recipient address has null MX",
        "550 No such user here",
        "550 Unknown user",
        "550 sorry, no mailbox here by that name",
        "550 Requested action not taken: mailbox not found",
        "550 User sam does not exist",
        "553 Invalid recipient sam@example.com",
    ],
)
def test_there_is_no_such_mailbox(text):
    assert has_no_mailbox(int(text[:3]), text)


@pytest.mark.parametrize(
    "text",
    [
        "550 5.7.1 Service unavailable; client host [192.0.2.1] blocked using Spamhaus",
        "550 5.7.26 This mail is unauthenticated",
        "550 5.1.0 Address rejected",
        "550 5.1.7 Invalid address of sender",
        "550 5.1.8 Sender's domain does not exist",
        "550 5.2.1 The account is disabled",
        "552 5.2.2 Mailbox full",
        "550 5.4.1 Recipient address rejected: Access denied",
        "550 Blocked",
        "550 Message rejected as spam",
        "550 Mailbox unavailable",
        "550",
        "554 No SMTP service for you; unknown user agent",
        "450 4.1.1 User unknown",
        "451 No such user, try again later",
        "250 2.1.5 User unknown to me, but forwarded",
    ],
)
def test_something_else_is_wrong(text):
    assert not has_no_mailbox(int(text[:3]), text)
