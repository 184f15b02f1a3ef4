import io
import zipfile
from pathlib import Path

import pypdf
import pytest

from learnstream.integrations.contents import BOUNDS, REASONS, Inspected, inspect
from learnstream.integrations.isolation import Bounds, Interrupted
from learnstream.integrations.unusable import Unusable
from tests.pictures import plain

DATA = Path(__file__).parents[1] / "data"
OPEN_XML = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
MACRO = '<Override PartName="/word/x" ContentType="application/vnd.ms-office.vbaProject"/>'
MANIFEST = '<manifest:manifest xmlns:manifest="urn:x">{}</manifest:manifest>'


def sample(name):
    return (DATA / name).read_bytes()


def kind(data):
    return inspect([data]).type


def refused(data, bounds=BOUNDS):
    with pytest.raises(Unusable) as reason:
        inspect([data], bounds)
    assert str(reason.value) == REASONS[reason.value.code]
    return reason.value.code


def zipped(entries, **options):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", **options) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return written.getvalue()


def open_xml(part, *, name="word/document.xml", more="", extra=()):
    override = f'<Override PartName="/{name}" ContentType="{OPEN_XML}{part}.main+xml"/>'
    return zipped({"[Content_Types].xml": TYPES.format(override + more), name: "<x/>", **dict.fromkeys(extra, "x")})


def open_document(mime, *, manifest="", extra=()):
    return zipped({"mimetype": mime, "META-INF/manifest.xml": MANIFEST.format(manifest), **dict.fromkeys(extra, "x")})


def pdf(pages=1, objects=()):
    """Write a PDF by hand: a catalogue, a page tree, its pages and further objects."""
    kids = " ".join(f"{number + 3} 0 R" for number in range(pages))
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        *["<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"] * pages,
        *objects,
    ]
    written, offsets = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        offsets.append(len(written))
        written += f"{number} 0 obj\n{part}\nendobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    head = f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n"
    return (
        written
        + f"{head}{table}trailer\n<< /Size {len(parts) + 1} /Root 1 0 R >>\nstartxref\n{len(written)}\n%%EOF\n".encode()
    )


@pytest.mark.parametrize(("name", "pages"), [("chromium.pdf", 3), ("restricted.pdf", 1)])
def test_a_pdf_has_pages(name, pages):
    assert inspect([sample(f"documents/{name}")]) == Inspected("application/pdf", pages=pages)


def test_a_written_pdf_has_pages():
    assert inspect([pdf(pages=7)]).pages == 7


def test_a_pdf_may_begin_with_line_breaks():
    assert inspect([b"\r\n" + pdf(pages=2)]).pages == 2


def test_an_encrypted_pdf_is_refused():
    assert refused(sample("documents/encrypted.pdf")) == "pdf_encrypted"


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_every_encryption_is_recognized(algorithm):
    def encrypted(password):
        writer = pypdf.PdfWriter()
        writer.add_blank_page(9, 9)
        writer.encrypt(password, "owner", algorithm=algorithm)
        written = io.BytesIO()
        writer.write(written)
        return written.getvalue()

    assert refused(encrypted("secret")) == "pdf_encrypted"
    assert inspect([encrypted("")]).pages == 1


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.98])
def test_a_truncated_pdf_is_refused(share):
    data = sample("documents/chromium.pdf")

    assert refused(data[: int(len(data) * share)]) == "pdf_truncated"


def test_a_pdf_without_pages_is_refused():
    assert refused(pdf(pages=0)) == "pdf_without_pages"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n%%EOF",
        b"%PDF-1.7\n" + b"\x00\xff" * 500 + b"%%EOF",
        pdf().replace(b"/Pages 2 0 R", b"/Pages 1 0 R"),
        pdf().replace(b"/Catalog /Pages 2 0 R", b"/Catalog /Pages 9 0 R"),
        pdf().replace(b"/Type /Pages /Kids [3 0 R]", b"/Type /Pages /Kids [2 0 R]"),
    ],
    ids=["empty", "noise", "no tree", "no such object", "a circle"],
)
def test_a_broken_pdf_is_refused(data):
    assert refused(data) in {"pdf_broken", "pdf_without_pages"}


def test_a_pdf_that_takes_too_long_is_refused():
    # Each object stream refers to the next: nothing of it is right, and every search reads the whole file.
    hostile = b"%PDF-1.4\n" + b"1 0 obj\n<< /A " * 200_000 + b"\n%%EOF"

    assert refused(hostile, Bounds(memory=2**29, output=2**16, cpu_seconds=1, seconds=30)) in {
        "too_complex",
        "pdf_broken",
    }


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        *((f"people/{name}.xlsx", f"{OPEN_XML}spreadsheetml.sheet") for name in ("exceljs", "libreoffice", "openpyxl")),
        ("people/sheetjs.xlsx", f"{OPEN_XML}spreadsheetml.sheet"),
        ("people/libreoffice.ods", f"{OPEN_DOCUMENT}spreadsheet"),
        ("people/windows-1251.csv", "text/plain"),
        ("people/utf-16.csv", "text/plain"),
        ("photos/phone.jpg", "image/jpeg"),
        ("photos/animated.png", "image/png"),
        ("photos/animated.webp", "image/webp"),
        ("photos/animated.gif", "image/gif"),
    ],
)
def test_files_of_other_programs_are_recognized(name, media_type):
    assert kind(sample(name)) == media_type


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (open_xml("wordprocessingml.document"), f"{OPEN_XML}wordprocessingml.document"),
        (open_xml("presentationml.presentation"), f"{OPEN_XML}presentationml.presentation"),
        (open_xml("visio.drawing"), "application/vnd.openxmlformats-package"),
        (open_document(f"{OPEN_DOCUMENT}text"), f"{OPEN_DOCUMENT}text"),
        (open_document(f"{OPEN_DOCUMENT}presentation"), f"{OPEN_DOCUMENT}presentation"),
        (zipped({"moon.txt": "new"}), "application/zip"),
        (zipped({}), "application/zip"),
        ("Луна".encode(), "text/plain"),
        ("Луна".encode("cp1251"), "text/plain"),
        ("\ufeffLuna\r\n".encode(), "text/plain"),
        ("Луна".encode("utf-16"), "text/plain"),
        (b"if a < b: print('<html>')", "text/plain"),
        (b"<", "text/plain"),
        (b"MZ\x90\x00\x03", "application/x-msdownload"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"text\x00with a NUL", "application/octet-stream"),
        (b"\x7fELF\x01" + bytes(60), "application/x-executable"),
        (b"PK;Name\n1;Luna\n", "text/plain"),
    ],
)
def test_the_contents_decide_on_the_type(data, media_type):
    assert kind(data) == media_type


@pytest.mark.parametrize(
    "claimed", ["application/pdf", "image/png", "text/html", "", "x" * 70_000, f"{OPEN_DOCUMENT}text\n\u202e", "Текст"]
)
def test_an_archive_does_not_become_what_it_claims_to_be(claimed):
    assert kind(open_document(claimed)) == "application/zip"


@pytest.mark.parametrize(
    "data",
    [
        open_xml("wordprocessingml.document", extra=["word/vbaProject.bin"]),
        zipped({"moon.txt": "new"}),
        b"PK\x03\x04" + bytes(60),
        sample("people/libreoffice.xls"),
        sample("photos/phone.jpg"),
    ],
)
def test_nothing_but_a_pdf_may_begin_with_line_breaks(data):
    """Other programs skip them in some formats, whose inspection they would avoid."""
    assert kind(b"\r\n" + data) == "application/octet-stream"


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html><p>",
        b"\n\t <html>",
        b"<script>alert(1)</script>",
        b"<!-- --><script>",
        "<html >".encode("utf-16"),
        "\ufeff<body>".encode(),
    ],
)
def test_html_is_no_text(data):
    assert kind(data) == "text/html"


@pytest.mark.parametrize("head", ["", '<?xml version="1.0"?>\n', "<!-- x -->", "<!DOCTYPE svg PUBLIC 'x'>"])
def test_svg_is_no_text(head):
    assert kind(f'{head}<svg xmlns="http://www.w3.org/2000/svg"/>'.encode()) == "image/svg+xml"


@pytest.mark.parametrize(
    "data",
    [
        open_xml("wordprocessingml.document", extra=["word/vbaProject.bin"]),
        open_xml("wordprocessingml.document", extra=["word/VBAPROJECT.BIN"]),
        open_xml("wordprocessingml.document", extra=["word/x"], more=MACRO),
        open_xml("spreadsheetml.sheet", name="xl/workbook.xml", extra=["xl/macrosheets/sheet1.xml"]),
        open_document(f"{OPEN_DOCUMENT}text", extra=["Basic/Standard/Module1.xml"]),
        open_document(f"{OPEN_DOCUMENT}text", extra=["Scripts/python/x.py"]),
        sample("people/sheetjs.xlsb"),
    ],
)
def test_macros_are_refused(data):
    assert refused(data) == "office_macros"


@pytest.mark.parametrize(
    "data",
    [
        sample("people/locked.xlsx"),
        open_document(f"{OPEN_DOCUMENT}text", manifest="<manifest:encryption-data/>"),
    ],
)
def test_encrypted_office_files_are_refused(data):
    assert refused(data) == "office_encrypted"


def test_old_office_files_are_refused():
    assert refused(sample("people/libreoffice.xls")) == "office_too_old"


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04", zipped({"moon.txt": "new"})[:-9], sample("people/openpyxl.xlsx")[:-100]]
)
def test_broken_archives_are_refused(data):
    assert refused(data) == "archive_broken"


def test_office_files_with_two_entries_of_one_name_are_refused():
    data = open_xml("wordprocessingml.document", extra=["word/A.xml", "word/a.xml"])

    assert refused(data) == "archive_broken"


def test_archives_with_very_many_entries_are_refused():
    assert refused(zipped({str(number): "" for number in range(10_001)})) == "archive_too_large"


def test_archives_that_unpack_to_very_much_are_refused():
    data = zipped({"bomb": b"\0" * 1000}, compression=zipfile.ZIP_DEFLATED)
    central = data.index(b"PK\x01\x02")

    assert refused(data[: central + 24] + b"\xff\xff\xff\x7f" + data[central + 28 :]) in {
        "archive_too_large",
        "archive_broken",
    }


def test_a_bomb_of_a_table_is_not_unpacked():
    table = TYPES.format(" " * 200_000_000)

    assert refused(zipped({"[Content_Types].xml": table}, compression=zipfile.ZIP_DEFLATED)) == "archive_broken"


def test_entities_of_xml_expand_within_limits():
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{entities}]><Types>&e9;</Types>'

    assert refused(zipped({"[Content_Types].xml": bomb})) in {"archive_broken", "too_complex"}


def test_pictures_have_their_size():
    assert inspect([plain(size=(30, 20), file_format="PNG")]) == Inspected("image/png", width=30, height=20)


@pytest.mark.parametrize("data", [plain(file_format="PNG")[:60], b"\xff\xd8\xff\xe0" + b"x" * 100])
def test_broken_pictures_are_refused(data):
    assert refused(data) == "picture_broken"


def test_a_picture_with_html_in_it_is_a_picture():
    assert kind(plain(file_format="JPEG") + b"<html><script>alert(1)</script>") == "image/jpeg"


def test_a_busy_machine_says_nothing_of_the_file():
    with pytest.raises(Interrupted):
        inspect([b"x"], Bounds(memory=2**29, output=2**16, cpu_seconds=5, seconds=0.001))


def test_a_file_that_takes_too_much_memory_is_refused():
    old_office_file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100_000_000)

    assert (
        refused(old_office_file, Bounds(memory=100 * 2**20, output=2**16, cpu_seconds=20, seconds=60)) == "too_complex"
    )
