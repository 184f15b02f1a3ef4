"""How much of a request has come, as far as its bytes tell: whether a thread that took it up would have to wait."""

import re
from enum import Enum

# What is kept of each connection, in bytes, and so a thousand times in a worker at worst.
LONGEST_HEAD = 16 * 1024
LONGEST_BODY = 32 * 1024

# The end of what follows is not known in advance, or the client waits to be asked for it.
OPEN_ENDED = re.compile(rb"\r\n(?:transfer-encoding|expect)[ \t]*:", re.IGNORECASE)
LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*(\d{1,9})[ \t]*(?:\r\n|$)", re.IGNORECASE)


class Arrival(Enum):
    """How much has come."""

    PART = "more will come, and can be waited for without a thread"
    WHOLE = "a thread need not wait for anything"
    LONG = "a thread must read the rest, and wait for it"


def judge(data: bytes) -> Arrival:
    """Say how much of a request these first bytes of it are. What is no HTTP is whole: nobody need wait to refuse it."""
    head, blank_line, body = data.partition(b"\r\n\r\n")
    if not blank_line:
        return Arrival.PART if len(data) <= LONGEST_HEAD else Arrival.LONG
    if OPEN_ENDED.search(head):
        return Arrival.LONG
    length = LENGTH.search(head)
    wanted = int(length[1]) if length else 0
    if len(body) >= wanted:
        return Arrival.WHOLE
    return Arrival.PART if wanted <= LONGEST_BODY else Arrival.LONG
