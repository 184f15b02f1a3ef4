"""The mail catcher as a child process that ends with its parent."""

from typing import Any

from devstack.processes.child import Child

SENDER = "LearnStream <school@learnstream.example>"


class MailCatcher(Child):
    """`url` is its SMTP server, `inbox` its page, from `start` to `stop` or as a context manager."""

    name = "The mail catcher"
    module = "devstack.mail"
    url: str
    inbox: str

    def connect(self, ready: dict[str, Any]) -> None:
        self.url, self.inbox = ready["url"], ready["inbox"]

    def environment(self) -> dict[str, str]:
        """Return the variables with which an application sends its mails here."""
        return {"MAIL_URL": self.url, "MAIL_FROM": SENDER}
