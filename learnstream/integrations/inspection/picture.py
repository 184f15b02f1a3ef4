"""Inspection of pictures that are kept as they are: only their header is read."""

from typing import IO

from PIL import Image

from learnstream.integrations.inspection import Found
from learnstream.integrations.unusable import Unusable

TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


def inspect(source: IO[bytes]) -> Found:
    """Return the type and the size in pixels.

    Raises:
        Unusable: it is broken, or has so many pixels that viewers may not show it.
    """
    try:
        with Image.open(source, formats=["JPEG", "PNG", "WEBP"]) as picture:
            width, height = picture.size
            found = {"type": TYPES[str(picture.format)], "width": width, "height": height}
            picture.verify()
    except MemoryError:
        raise
    except Exception:
        raise Unusable("picture_broken") from None
    return found
