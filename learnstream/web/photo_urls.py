"""The addresses of photos: paths on this server, so that they are the same under each of its names.

A photo never changes; another one has another address.
"""

import re
from typing import TypedDict

# The length of the longer side in pixels.
SIZES = {"small": 96, "medium": 256, "large": 1024}
COVER_SIZE = "large"
COVER = re.compile(rf"/photos/([0-9a-f]{{24}})/{COVER_SIZE}")


class PhotoUrls(TypedDict):
    """The addresses of a photo by size."""

    small: str
    medium: str
    large: str


def urls(photo_id: str | None) -> PhotoUrls | None:
    """Return the addresses of the photo whose file has this id; None without one."""
    if photo_id is None:
        return None
    return {"small": url(photo_id, "small"), "medium": url(photo_id, "medium"), "large": url(photo_id, "large")}


def url(photo_id: str, size: str) -> str:
    return f"/photos/{photo_id}/{size}"


def cover_of(photo_id: str) -> str:
    """Return the `cover` of a course or program that shows a photo."""
    return url(photo_id, COVER_SIZE)


def photo_in(cover: str) -> str | None:
    """Return the id of the photo that a `cover` shows; None if it is elsewhere, or empty."""
    found = COVER.fullmatch(cover)
    return found[1] if found else None
