"""A mail catcher: an SMTP server that delivers nothing, with a page and JSON that show what was sent.

As a process of the local stack, `python -m devstack.mail`; as a child process of a test run, `MailCatcher`. Both listen on
127.0.0.1 only. Every login is accepted, there is no TLS, and mails are kept in memory, the newest ones.

    curl $INBOX/messages                # newest first: id, from, to, subject, text, html, received_at, message_id, headers
    curl -X DELETE $INBOX/messages
    curl -X POST $INBOX/faults -H 'Content-Type: application/json' -d '{"kind": "451", "times": 2}'
    curl -X DELETE $INBOX/faults        # answer correctly again

`faults` describes the faults. The fixtures of the tests are in `tests/plugins/mailbox.py`.
"""

from devstack.mail.child import MailCatcher

__all__ = ["MailCatcher"]
