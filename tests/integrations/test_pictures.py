import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from PIL import Image, ImageCms

from learnstream.integrations import isolation
from learnstream.integrations.pictures import BOUNDS, convert
from learnstream.integrations.unusable import Unusable
from tests.pictures import (
    BLUE,
    GREEN,
    RED,
    YELLOW,
    chunks,
    corners,
    decoded,
    encoded,
    huge_png,
    many_scans,
    nearest,
    palette,
    photo,
    plain,
)
from tests.waiting import within

ROOT = Path(isolation.__file__).parents[2]
SIZES = {"small": 96, "medium": 256, "large": 1024}


def large(data):
    return decoded(convert(data, SIZES).copies["large"])


def refused(data, **limits):
    with pytest.raises(Unusable) as error:
        convert(data, SIZES, replace(BOUNDS, **limits))
    return error.value.code


@pytest.mark.parametrize(
    ("name", "media_type", "shown", "size"),
    [
        ("phone.jpg", "image/jpeg", [BLUE, RED, YELLOW, GREEN], (80, 120)),
        ("corners.png", "image/png", [YELLOW, BLUE, GREEN, RED], (120, 80)),
        ("corners.webp", "image/webp", [GREEN, YELLOW, RED, BLUE], (80, 120)),
    ],
)
def test_a_picture_is_shown_as_it_was_held(name, media_type, shown, size):
    converted = convert(photo(name), SIZES)

    assert (converted.type, converted.width, converted.height) == (media_type, *size)
    assert corners(decoded(converted.copies["large"])) == shown


@pytest.mark.parametrize("name", ["phone.jpg", "corners.png", "corners.webp", "animated.png", "animated.webp"])
def test_copies_contain_pixels_alone(name):
    for copy in convert(photo(name), SIZES).copies.values():
        assert set(chunks(copy)) <= {"VP8 ", "VP8L", "VP8X", "ALPH"}
        assert not any(secret in copy for secret in (b"Berlin", b"Secret", b"Exif", b"2026", b"http", b"SN-4711"))
        assert not decoded(copy).getexif()


def test_colours_are_converted_to_those_of_browsers():
    # A profile whose red is sRGB's green.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"tmp.").replace(b"gXYZ", b"rXYZ").replace(b"tmp.", b"gXYZ")

    picture = convert(plain(colour=RED, icc_profile=swapped), SIZES).copies["large"]

    assert nearest(decoded(picture), (5, 5)) == GREEN
    assert "ICCP" not in chunks(picture)


def test_a_broken_profile_is_ignored():
    assert nearest(large(plain(colour=RED, icc_profile=b"no profile")), (5, 5)) == RED


@pytest.mark.parametrize(
    ("size", "copies"),
    [
        ((3000, 2000), {"small": (96, 64), "medium": (256, 171), "large": (1024, 683)}),
        ((200, 300), {"small": (64, 96), "medium": (171, 256), "large": (200, 300)}),
        ((1, 1), {"small": (1, 1), "medium": (1, 1), "large": (1, 1)}),
        ((2_000_000, 1), {"small": (96, 1), "medium": (256, 1), "large": (1024, 1)}),
        ((1, 2_000_000), {"small": (1, 96), "medium": (1, 256), "large": (1, 1024)}),
    ],
)
def test_copies_are_scaled_by_the_longer_side_and_never_enlarged(size, copies):
    converted = convert(plain("L", size), SIZES)

    assert (converted.width, converted.height) == size
    assert {name: decoded(copy).size for name, copy in converted.copies.items()} == copies


@pytest.mark.parametrize("size", [(1000, 1400), (5000, 3000)])
def test_a_scaled_picture_is_whole(size):
    blocks = Image.new("RGB", (2, 2))
    blocks.putdata([RED, GREEN, BLUE, YELLOW])

    assert corners(large(encoded(blocks.resize(size, Image.Resampling.NEAREST)))) == [RED, GREEN, BLUE, YELLOW]


@pytest.mark.parametrize("name", ["animated.png", "animated.webp"])
def test_an_animation_shows_its_first_frame(name):
    picture = large(photo(name))

    first = decoded(photo(name)).convert("RGB")
    assert getattr(picture, "n_frames", 1) == 1
    assert picture.size == first.size
    differences = zip(picture.convert("RGB").tobytes(), first.tobytes(), strict=True)
    assert sum(abs(a - b) for a, b in differences) / len(first.tobytes()) < 20


@pytest.mark.parametrize(
    ("data", "pixel"),
    [
        (plain("CMYK", colour=(0, 255, 255, 0), file_format="JPEG"), (255, 0, 0, 255)),
        (plain("L", colour=128, file_format="JPEG"), (128, 128, 128, 255)),
        (plain("I;16", colour=128 * 257), (128, 128, 128, 255)),
        (plain("1", colour=1), (255, 255, 255, 255)),
        (plain("LA", colour=(128, 100)), (128, 128, 128, 100)),
        (plain("RGBA", colour=(255, 0, 0, 100)), (255, 0, 0, 100)),
        (plain("RGB", colour=RED, transparency=RED), (0, 0, 0, 0)),
        (palette(RED, BLUE, transparent=0), (0, 0, 0, 0)),
        (palette(RED, BLUE, transparent=1), (255, 0, 0, 255)),
    ],
    ids=[
        "CMYK",
        "gray JPEG",
        "16 bits",
        "1 bit",
        "gray with alpha",
        "alpha",
        "transparent colour",
        "palette",
        "other entry",
    ],
)
def test_every_kind_of_pixels_is_shown(data, pixel):
    shown = large(data).convert("RGBA").getpixel((5, 5))

    assert pixel[3] == shown[3]
    assert not pixel[3] or all(abs(a - b) < 8 for a, b in zip(pixel, shown, strict=True))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<!doctype html><script>alert(1)</script>",
        photo("animated.gif"),
        plain(file_format="TIFF"),
        plain(file_format="BMP"),
        b"GIF89a/*<script>*/",
        b"%PDF-1.7",
    ],
)
def test_another_type_is_refused_whatever_its_name(data):
    assert refused(data) == "not_a_picture"


@pytest.mark.parametrize("name", ["phone.jpg", "corners.png", "corners.webp", "animated.webp"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_truncated_picture_is_refused(name, share):
    data = photo(name)

    assert refused(data[: int(len(data) * share)]) in {"unreadable", "not_a_picture"}


def test_what_a_picture_carries_besides_its_pixels_is_dropped():
    polyglot = (
        plain(file_format="JPEG", colour=RED, comment=b"<script>alert(1)</script>") + b"<html><script>alert(2)</script>"
    )

    assert b"script" not in b"".join(convert(polyglot, SIZES).copies.values())


@pytest.mark.parametrize(
    "data",
    [huge_png(20_000, 20_000), plain("L", (5001, 5000)), plain("L", (5001, 5000), file_format="WEBP", method=0)],
    ids=["20,000 square", "PNG", "WebP"],
)
def test_more_than_25_megapixels_are_refused_before_they_are_decoded(data):
    # Python and Pillow need 60 MB of address space themselves, and 25 megapixels as many more.
    assert refused(data, memory=100 * 2**20) == "too_large"


def test_25_megapixels_are_accepted():
    assert convert(huge_png(5000, 5000), SIZES).width == 5000


def test_a_picture_that_takes_too_much_memory_is_refused():
    assert refused(plain("RGBA", (4000, 4000)), memory=100 * 2**20) == "too_large"


def test_a_picture_that_takes_too_long_is_refused():
    assert refused(many_scans((2500, 2500), 5000), cpu_seconds=1) == "too_complex"


def test_a_decoder_that_crashes_costs_its_picture_alone(monkeypatch, tmp_path):
    monkeypatch.setattr(isolation, "LAUNCHER", tmp_path / "launcher.py")
    (tmp_path / "launcher.py").write_text(f"import os; os.kill(os.getpid(), {signal.SIGSEGV.value})")

    assert refused(plain()) == "unreadable"


def test_a_process_whose_worker_was_killed_ends_by_itself():
    program = (
        "import sys; from dataclasses import replace; from learnstream.integrations.pictures import BOUNDS, convert;"
        "convert(sys.stdin.buffer.read(), {'large': 1024}, replace(BOUNDS, cpu_seconds=1))"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE) as worker:
        worker.stdin.write(many_scans((2500, 2500), 5000))
        worker.stdin.close()
        within(20, lambda: psutil.Process(worker.pid).children())
        [process] = psutil.Process(worker.pid).children()

        worker.kill()

        within(10, lambda: not process.is_running())
