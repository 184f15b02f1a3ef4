"""The kept mails: in memory, bounded by number and by size."""

import secrets
from collections import deque
from threading import Lock

from devstack.mail.message import Mail

MAX_MAILS = 500
MAX_BYTES = 25_000_000


class Mails:
    """The newest mails; the oldest ones are dropped."""

    def __init__(self, *, max_mails: int = MAX_MAILS, max_bytes: int = MAX_BYTES) -> None:
        self.max_mails = max_mails
        self.max_bytes = max_bytes
        self._mails: deque[Mail] = deque()
        self._size = 0
        self._revision = secrets.token_hex(8)
        self._lock = Lock()

    @property
    def revision(self) -> str:
        """A text that differs after every change, also from those of earlier processes."""
        return self._revision

    def add(self, mail: Mail) -> None:
        with self._lock:
            self._mails.append(mail)
            self._size += len(mail.source)
            while len(self._mails) > self.max_mails or self._size > self.max_bytes:
                self._size -= len(self._mails.popleft().source)
            self._revision = secrets.token_hex(8)

    def clear(self) -> None:
        with self._lock:
            self._mails.clear()
            self._size = 0
            self._revision = secrets.token_hex(8)

    def newest_first(self) -> list[Mail]:
        with self._lock:
            return list(reversed(self._mails))

    def find(self, mail_id: str) -> Mail | None:
        with self._lock:
            return next((mail for mail in self._mails if mail.id == mail_id), None)
