"""Pictures for tests: real ones of other programs, and hostile ones that tests make."""

import io
import struct
import zlib
from pathlib import Path

from PIL import Image

PHOTOS = Path(__file__).parent / "data" / "photos"
RED, GREEN, BLUE, YELLOW = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)


def photo(name):
    """Return the bytes of a picture that another program has made."""
    return (PHOTOS / name).read_bytes()


def encoded(picture, file_format="PNG", **options):
    written = io.BytesIO()
    picture.save(written, file_format, **options)
    return written.getvalue()


def plain(mode="RGB", size=(40, 30), colour=0, file_format="PNG", **options):
    """Return the bytes of a picture of one colour."""
    return encoded(Image.new(mode, size, colour), file_format, **options)


def palette(*colours, transparent):
    """Return a PNG of the palette's first colour; one entry is transparent."""
    picture = Image.new("P", (40, 30), 0)
    picture.putpalette([part for colour in colours for part in colour])
    return encoded(picture, transparency=transparent)


def decoded(data):
    return Image.open(io.BytesIO(data))


def nearest(picture, at):
    """Return which of the four corner colours a pixel is nearest to."""
    pixel = picture.convert("RGB").getpixel(at)
    return min(
        (RED, GREEN, BLUE, YELLOW), key=lambda colour: sum(abs(a - b) for a, b in zip(pixel, colour, strict=True))
    )


def corners(picture):
    """Return the colours near the corners: top left, top right, bottom left, bottom right."""
    width, height = picture.size
    columns, rows = (width // 8, width * 7 // 8), (height // 8, height * 7 // 8)
    return [nearest(picture, (x, y)) for y in rows for x in columns]


def chunks(webp):
    """Return the names of a WebP file's chunks, read without a library."""
    assert (webp[:4], webp[8:12]) == (b"RIFF", b"WEBP")
    assert struct.unpack("<I", webp[4:8])[0] + 8 == len(webp)
    names, at = [], 12
    while at < len(webp):
        names.append(webp[at : at + 4].decode())
        length = struct.unpack("<I", webp[at + 4 : at + 8])[0]
        at += 8 + length + length % 2
    return names


def huge_png(width, height):
    """Return a small PNG file of many black pixels."""
    row = zlib.compressobj(9)
    packed = b"".join(row.compress(bytes(1 + width // 8)) for _ in range(height)) + row.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def many_scans(size, scans):
    """Return a progressive JPEG whose last scan is repeated: each has a few bytes, and costs a pass over all pixels."""
    jpeg = encoded(Image.new("L", size), "JPEG", progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:-2] + jpeg[last:-2] * scans + b"\xff\xd9"
