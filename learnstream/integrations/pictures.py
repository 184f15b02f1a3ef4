"""Decoding of pictures that users send, and their copies in WebP. A process of its own does it, within limits.

Decoders are large, and pictures may be made to exhaust them: a file of 17 kB can have 144 megapixels. What the process
runs out of, or dies of, costs that picture alone.
"""

import json
import logging
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock

log = logging.getLogger(__name__)

PROGRAM = Path(__file__).with_name("pillow") / "program.py"
REASONS = {
    "not_a_picture": "The file is not a JPEG, PNG or WebP picture.",
    "unreadable": "The picture is broken or incomplete.",
    "too_large": "The picture has more than 25 megapixels.",
    "too_complex": "The picture takes too much time or memory to decode.",
}
# A decoder that crashes does so again with the same picture. The kernel's and an operator's SIGKILL are no such sign.
CRASHES = {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGFPE, -signal.SIGILL}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one picture may take: `memory` in bytes of address space, `seconds` by the clock.

    25 megapixels of PNG took at most 260 MB and 0.6 s, of JPEG 100 MB and 0.4 s, of WebP 420 MB and 0.8 s.
    """

    pixels: int = 25_000_000
    memory: int = 512 * 2**20
    cpu_seconds: int = 8
    seconds: float = 20


@dataclass(frozen=True, slots=True)
class Converted:
    """The media type of a picture, its width and height as shown, and its copies in WebP by the name of their size."""

    type: str
    width: int
    height: int
    copies: dict[str, bytes]


class Unusable(Exception):
    """The bytes are no picture that can be shown: `code` is one of `REASONS`."""

    def __init__(self, code: str) -> None:
        super().__init__(REASONS[code])
        self.code = code


class Interrupted(Exception):
    """The process ended for a reason that need not be the picture's; trying again may succeed."""


# Each may take much memory, so they take turns.
turn = Lock()


def convert(data: bytes, sizes: Mapping[str, int], limits: Limits = Limits()) -> Converted:
    """Decode a picture, and return its copies whose longer side is at most each size; they contain no metadata.

    Of an animated picture it is the first frame.

    Raises:
        Unusable: it is none of the three types, is broken, or exceeds the limits.
        Interrupted: the process was killed, or had too little of the machine.
    """
    arguments = json.dumps({**asdict(limits), "sizes": dict(sizes)})
    with turn:
        ended = _run([sys.executable, "-I", str(PROGRAM), arguments], data, limits.seconds)
    if ended.returncode:
        raise _failure(ended)
    head, _, copies = ended.stdout.partition(b"\n")
    answer = json.loads(head)
    if "refused" in answer:
        raise Unusable(answer["refused"])
    return Converted(answer["type"], answer["width"], answer["height"], _split(copies, answer["sizes"]))


def _run(command: list[str], data: bytes, seconds: float) -> subprocess.CompletedProcess[bytes]:
    # An empty environment: what decodes hostile bytes must not have the application's secrets.
    try:
        return subprocess.run(command, input=data, capture_output=True, env={}, timeout=seconds, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Interrupted(f"converting a picture: {type(error).__name__}") from error


def _failure(ended: subprocess.CompletedProcess[bytes]) -> Exception:
    if ended.returncode == -signal.SIGXCPU:
        return Unusable("too_complex")
    if ended.returncode in CRASHES:
        log.warning("a picture crashed its decoder: %s", signal.Signals(-ended.returncode).name)
        return Unusable("unreadable")
    return Interrupted(f"exit code {ended.returncode}: {ended.stderr[-500:].decode(errors='replace')}")


def _split(copies: bytes, lengths: Mapping[str, int]) -> dict[str, bytes]:
    named, start = {}, 0
    for name, length in lengths.items():
        named[name] = copies[start : start + length]
        start += length
    return named
