"""File names that users have chosen, made safe."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnstream.text.file_names import DEVICE, RESERVED, safe

PDF, TEXT = "application/pdf", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("name", "content_type", "expected"),
    [
        ("Moon diary.pdf", PDF, "Moon diary.pdf"),
        ("Дневник.PDF", PDF, "Дневник.PDF"),
        ("../../etc/passwd", TEXT, "_.._etc_passwd.txt"),
        ("..\\..\\windows\\win.ini", TEXT, "_.._windows_win.ini.txt"),
        ("/etc/cron.d/x", TEXT, "_etc_cron.d_x.txt"),
        ("C:\\autoexec.bat", TEXT, "C__autoexec.bat.txt"),
        ("run.bat", TEXT, "run.bat.txt"),
        ("invoice.pdf.exe", PDF, "invoice.pdf.exe.pdf"),
        ("page.html", TEXT, "page.html.txt"),
        ("CON", TEXT, "_CON.txt"),
        ("con.txt", TEXT, "_con.txt"),
        ("aux.c.pdf", PDF, "_aux.c.pdf"),
        ("nul ", None, "_nul"),
        ("LPT1.pdf", PDF, "_LPT1.pdf"),
        ("console.txt", TEXT, "console.txt"),
        ("...", PDF, "file.pdf"),
        (".pdf", PDF, "pdf.pdf"),
        ("", None, "file"),
        (".htaccess", TEXT, "htaccess.txt"),
        ("a\x00b\r\nc.pdf", PDF, "a b c.pdf"),
        ("gpj\u202efdp.pdf", PDF, "gpjfdp.pdf"),
        ("trailing. . .", None, "trailing"),
        ("notes.md", TEXT, "notes.md"),
        ("photo.JPEG", "image/jpeg", "photo.JPEG"),
        ("essay", DOCX, "essay.docx"),
        ("x" * 300 + ".pdf", PDF, "x" * 80 + ".pdf"),
        ("e\u0301te\u0301.pdf", PDF, "été.pdf"),
        ("\ud800.pdf", PDF, "pdf.pdf"),
    ],
)
def test_a_name_becomes_safe(name, content_type, expected):
    assert safe(name, content_type=content_type) == expected


@given(st.text(), st.sampled_from([None, PDF, TEXT, DOCX]))
def test_no_name_is_a_path_a_device_or_hidden(name, content_type):
    found = safe(name, content_type=content_type)

    assert found
    assert not RESERVED.search(found)
    assert not DEVICE.match(found)
    assert not found.startswith((".", " "))
    assert not found.endswith((".", " "))
    assert len(found.encode()) <= 255 + 100
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in found)
