"""The program of the child process: reads a picture from stdin and writes its copies in WebP to stdout.

It is run by `learnstream.integrations.isolation`, without the application. Its task has the greatest number of `pixels`, and
the `sizes` of the copies. The answer is a line of JSON, followed by the bytes of the copies; or `unusable` with one of
`learnstream.integrations.pictures.REASONS`.
"""

import io
import json
import sys
import warnings
from typing import Any

from PIL import Image, ImageCms, UnidentifiedImageError

from learnstream.integrations.unusable import Unusable

# By Pillow's names. MPO is a JPEG file with further pictures in it, as phones write them.
TYPES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
ORIENTATION = 0x0112  # of the EXIF standard, and what undoes its values
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIXTEEN_BITS = ("I;16", "I;16L", "I;16B", "I;16N", "I")
QUALITY = 82
BAND_PIXELS = 1_000_000


def main(task: dict[str, Any]) -> None:
    try:
        answer, copies = _convert(sys.stdin.buffer.read(), task["pixels"], task["sizes"])
    except Unusable as error:
        answer, copies = {"unusable": error.code}, []
    except MemoryError:
        answer, copies = {"unusable": "too_large"}, []
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(copies))


def _convert(data: bytes, pixels: int, sizes: dict[str, int]) -> tuple[dict[str, Any], list[bytes]]:
    """Return the facts of a picture, and its copies in the order of `sizes`.

    Raises:
        Unusable: it is none, is broken or cut off, or has too many pixels.
    """
    try:
        picture = _open(data, pixels)
        (width, height), orientation = picture.size, picture.getexif().get(ORIENTATION)
        copies = _copies(_upright(picture, max(sizes.values()), orientation), sizes)
    except (MemoryError, Unusable):
        raise
    # Pillow's decoders raise errors of many types.
    except Exception:
        raise Unusable("unreadable") from None
    if orientation in (5, 6, 7, 8):
        width, height = height, width
    lengths = {name: len(copy) for name, copy in zip(sizes, copies, strict=True)}
    return {"type": TYPES[str(picture.format)], "width": width, "height": height, "sizes": lengths}, copies


def _open(data: bytes, pixels: int) -> Image.Image:
    """Read a picture's header, and no more of one that has too many pixels."""
    # Pillow warns of more pixels than this, and raises an error for more than twice as many. The check has to be
    # Pillow's own: opening a WebP file already allocates memory for its pixels.
    Image.MAX_IMAGE_PIXELS = pixels // 2
    warnings.simplefilter("ignore", Image.DecompressionBombWarning)
    try:
        return Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP"])
    except Image.DecompressionBombError:
        raise Unusable("too_large") from None
    except UnidentifiedImageError:
        raise Unusable("not_a_picture") from None


def _upright(picture: Image.Image, size: int, orientation: Any) -> Image.Image:
    """Return the first frame, with at most this length, as it was held, in sRGB and without metadata."""
    # JPEG is decoded at an eighth, a quarter or half of its size: 25 megapixels in 0.3 s instead of 0.6.
    picture.draft(None, (size, size))
    profile = picture.info.get("icc_profile")
    small = _reduced(picture, max(picture.size) // (2 * size) or 1)
    small.thumbnail((size, size))
    small = _in_srgb(small, profile)
    # What is left of the metadata would be written into some formats.
    small.info.clear()
    return small.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else small


def _reduced(picture: Image.Image, factor: int) -> Image.Image:
    """Return the picture, smaller by a factor, in a mode that can be scaled.

    Converted in bands: a copy of the whole takes 100 MB per 25 megapixels, and conversions make up to two.
    """
    width, height = picture.size
    rows = max(BAND_PIXELS // width // factor, 1) * factor
    bands = [
        (top // factor, _eight_bits(picture.crop((0, top, width, min(top + rows, height)))).reduce(factor))
        for top in range(0, height, rows)
    ]
    whole = Image.new(bands[0][1].mode, (bands[0][1].width, sum(band.height for _, band in bands)))
    for top, band in bands:
        whole.paste(band, (0, top))
    return whole


def _eight_bits(band: Image.Image) -> Image.Image:
    if band.mode in SIXTEEN_BITS:
        # Pillow's own conversion turns all but the darkest grays white.
        return band.convert("I").point(lambda gray: gray * (1 / 257)).convert("L")
    if band.mode in ("RGB", "RGBA", "L", "CMYK") and "transparency" not in band.info:
        return band
    return band.convert("RGBA" if band.has_transparency_data else "RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert to sRGB, which is what browsers assume without a profile."""
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile:
        try:
            source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(picture, source, target, outputMode=mode) or picture.convert(mode)
        except (ImageCms.PyCMSError, OSError, ValueError):
            # Broken, or for pictures of another mode: browsers ignore such a profile as well.
            return picture.convert(mode)
    return picture.convert(mode)


def _copies(picture: Image.Image, sizes: dict[str, int]) -> list[bytes]:
    """Return a copy for each size, the length of its longer side in pixels; none is larger than the picture."""
    copies = []
    for size in sizes.values():
        copy = picture.copy()
        copy.thumbnail((size, size))
        written = io.BytesIO()
        copy.save(written, "WEBP", quality=QUALITY, method=4)
        copies.append(written.getvalue())
    return copies
