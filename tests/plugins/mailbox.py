"""The mail catcher, which the application sends its mails to over SMTP."""

import time

import pytest
import requests

from devstack.mail import MailCatcher


class Mailbox:
    """What the catcher has received, as the dictionaries of `Mail.as_json`, and the faults that it is to have."""

    def __init__(self, catcher, http):
        self.url = catcher.url
        self.inbox = catcher.inbox
        self.environment = catcher.environment
        self._http = http

    def messages(self):
        """Return all mails, newest first."""
        return self._call("GET", "/messages").json()

    def wait_for(self, to=None, subject=None, timeout=10.0):
        """Return the newest mail to this address whose subject contains this text, as soon as there is one."""
        deadline = time.monotonic() + timeout
        while not (
            found := [each for each in self.messages() if is_to(each, to) and (subject or "") in each["subject"]]
        ):
            came = [(each["to"], each["subject"]) for each in self.messages()]
            assert time.monotonic() < deadline, f"no mail to {to} about {subject} within {timeout} s, but {came}"
            time.sleep(0.02)
        return found[0]

    def fail(self, next, times=None, **options):  # noqa: A002 - the next answer
        """Let the server fail: `451`, `550` or another reply code, `refuse`, `hang`, `drop` or `slow`, once or `times` times.

        `at`, `seconds` and `stored` are those of `Fault`. With `refuse`, the port is closed until `recover`.
        """
        self._call("POST", "/faults", json={"kind": next, "times": times, **options})

    def recover(self):
        """Forget all faults."""
        self._call("DELETE", "/faults")

    def clear(self):
        """Delete all mails."""
        self._call("DELETE", "/messages")

    def _call(self, method, path, **options):
        response = self._http.request(method, self.inbox + path, timeout=20, **options)
        assert response.ok, response.text
        return response


def is_to(message, address):
    return address is None or address.casefold() in message["to"].casefold().split(", ")


@pytest.fixture(scope="session")
def mail_catcher():
    """The catcher's process, started when a test first asks for it."""
    with MailCatcher() as catcher:
        yield catcher


@pytest.fixture
def mailbox(mail_catcher):
    """The catcher, empty and without faults."""
    with requests.Session() as http:
        mailbox = Mailbox(mail_catcher, http)
        mailbox.recover()
        mailbox.clear()
        yield mailbox
        mailbox.recover()
