"""Decoding of pictures that users send, and their copies in WebP. A process of its own does it, within limits.

Decoders are large, and pictures may be made to exhaust them: a file of 17 kB can have 144 megapixels. What the process
runs out of, or dies of, costs that picture alone.
"""

import json
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from threading import Lock
from typing import Any

from learnstream.integrations import isolation
from learnstream.integrations.isolation import Bounds, Crashed
from learnstream.integrations.unusable import Unusable

PROGRAM = "learnstream.integrations.pillow.program"
MAX_PIXELS = 25_000_000
# So many pixels of PNG took at most 260 MB and 0.6 s, of JPEG 100 MB and 0.4 s, of WebP 420 MB and 0.8 s.
BOUNDS = Bounds(memory=512 * 2**20, output=16 * 2**20, cpu_seconds=8, seconds=20)
REASONS = {
    "not_a_picture": "The file is not a JPEG, PNG or WebP picture.",
    "unreadable": "The picture is broken or incomplete.",
    "too_large": "The picture has more than 25 megapixels.",
    "too_complex": "The picture takes too much time or memory to decode.",
}


@dataclass(frozen=True, slots=True)
class Converted:
    """The media type of a picture, its width and height as shown, and its copies in WebP by the name of their size."""

    type: str
    width: int
    height: int
    copies: dict[str, bytes]


# Each may take much memory, so they take turns.
turn = Lock()


def convert(data: bytes, sizes: Mapping[str, int], bounds: Bounds = BOUNDS) -> Converted:
    """Decode a picture, and return its copies whose longer side is at most each size; they contain no metadata.

    Of an animated picture it is the first frame.

    Raises:
        Unusable: it is none of the three types, is broken, or exceeds the bounds.
        Interrupted: see `isolation.run`.
    """
    answer, copies = _run(data, {"pixels": MAX_PIXELS, "sizes": dict(sizes)}, bounds)
    if "unusable" in answer:
        raise _unusable(answer["unusable"])
    return Converted(answer["type"], answer["width"], answer["height"], _split(copies, answer["sizes"]))


def _run(data: bytes, task: Mapping[str, Any], bounds: Bounds) -> tuple[dict[str, Any], bytes]:
    with TemporaryFile() as target:
        try:
            with turn:
                isolation.run(PROGRAM, task, [data], target, bounds)
        except Crashed as crash:
            raise _unusable("too_complex" if crash.signal is signal.SIGXCPU else "unreadable") from None
        head, _, copies = target.read().partition(b"\n")
        return json.loads(head), copies


def _unusable(code: str) -> Unusable:
    return Unusable(code, REASONS[code])


def _split(copies: bytes, lengths: Mapping[str, int]) -> dict[str, bytes]:
    named, start = {}, 0
    for name, length in lengths.items():
        named[name] = copies[start : start + length]
        start += length
    return named
