"""Parsing of broken and hostile mails, and the bounds of what is kept."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devstack.mail.mails import Mails
from devstack.mail.message import parse

READERS = ["lea@example.com"]
PIECES = [
    *(
        b"Subject: ",
        b"To: ",
        b"Content-Type: ",
        b"Content-Transfer-Encoding: ",
        b"Content-Disposition: ",
        b"Message-ID: ",
    ),
    *(b'multipart/mixed; boundary="x"', b"message/rfc822", b"text/html; charset=", b"utf-7", b"punycode", b"base64"),
    *(b"x-uuencode", b"attachment; filename*0*=", b"--x\r\n", b"\r\n", b"=?utf-8?q?", b"?=", b"group: a@b;", b"%FF"),
    *(b"\xff", b"\0", b"(", b"<", b"@", b'"', b"\\", b";", b" ", b"a"),
]


def parsed(source, sender="school@learnstream.example", recipients=READERS):
    source = source if isinstance(source, bytes) else source.replace("\n", "\r\n").encode()
    return parse(source, sender=sender, recipients=recipients)


def nested(depth):
    """A mail of parts inside parts."""
    opening = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth))
    return f"Subject: Deep\n{opening}\nHello"


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\0" * 1000,
        b"no header at all",
        b"Subject",
        b": nameless\r\n\r\nHello",
        bytes(range(256)) * 20,
        "Content-Type: multipart/mixed\n\nno boundary",
        'Content-Type: multipart/mixed; boundary="x"\n\n--y\n\nwrong boundary',
        "Content-Type: text/plain; charset=no-such\n\nHello",
        "Content-Type: text/plain; charset=idna\n\nHello",
        "Content-Type: text/plain; charset=hex\n\nHello",
        'Content-Type: text/plain; charset="a\0b"\n\nHello',
        "Content-Type: text/plain; charset=utf-7\n\n+2AE-",
        "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n%%% not base64",
        "Content-Type: text/html; charset*=''%FF\n\nHello",
        "Content-Type: message/rfc822\n\nSubject: Inner\n\nHello",
        "Content-Disposition: \xff\n\nHello",
        nested(50),
        nested(5000),
    ],
    ids=range(19),
)
def test_a_broken_mail_is_kept_with_its_source(source):
    mail = parsed(source)

    assert (mail.recipients, mail.sender) == (READERS, "school@learnstream.example")
    for text in (mail.subject, mail.text, mail.html, *map(" ".join, mail.headers)):
        text.encode()  # no surrogates


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=4), max_size=40).map(b"".join))
def test_every_sequence_of_bytes_can_be_shown(source):
    json.dumps(parsed(source).as_json(), ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ("=?utf-8?b?R3LDvMOfZQ==?=", "Grüße"),
        ("=?iso-8859-1?q?Gr=FC=DFe?= =?utf-8?q?_=F0=9F=8E=93?=", "Grüße 🎓"),
        ("Grüße in UTF-8", "Grüße in UTF-8"),
        ("=?no-such?q?abc?=", "abc"),
        ("=?utf-8?b?!!!?=", "=?utf-8?b?!!!?="),
        ("a" * 6000, "a" * 6000),
        ("folded\n  over lines", "folded over lines"),
        ("=?utf-8?q?a=00b=1Bc=E2=80=A8d?=", "a\ufffdb\ufffdc\ufffdd"),
        ("", ""),
    ],
)
def test_a_subject_is_decoded(header, shown):
    assert parsed(f"Subject: {header}\n\nHello").subject == shown


@pytest.mark.parametrize("brackets", ["(" * 4000, "<" * 4000, '"' * 4001, "a@b," * 1200, "=?utf-8?q?x?= " * 350])
@pytest.mark.parametrize("name", ["Subject", "To", "Content-Type", "Message-ID"])
def test_a_hostile_header_does_not_take_long(name, brackets):
    started = time.process_time()

    parsed(f"{name}: {brackets}\n\nHello")

    assert time.process_time() - started < 2


def test_an_attachment_is_not_taken_for_the_text():
    boundary = 'Content-Type: multipart/mixed; boundary="x"'
    attached = "Content-Disposition: attachment\nContent-Type: text/plain\n\nAttached"

    mail = parsed(f"{boundary}\n\n--x\n{attached}\n--x\nContent-Type: text/plain\n\nShown\n--x--\n")

    assert (mail.text, mail.html) == ("Shown", "")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("lea@xn--mnchen-3ya.example", "lea@münchen.example"),
        ("lea@xn--strae-oqa.example", "lea@straße.example"),
        ("lea@xn--\xff.example", "lea@xn--\xff.example"),
        ("lea@xn--.example", "lea@.example"),
        ("xn--mnchen-3ya@example.com", "xn--mnchen-3ya@example.com"),
        ('"a@b"@example.com', '"a@b"@example.com'),
        ("nobody", "nobody"),
        ("", ""),
    ],
)
def test_an_address_is_shown_in_unicode(address, shown):
    assert parsed("", recipients=[address]).recipients == [shown]


def test_the_oldest_mails_are_dropped_beyond_a_number():
    mails = Mails(max_mails=2)
    for number in range(4):
        mails.add(parsed(f"Subject: {number}\n\n"))

    assert [mail.subject for mail in mails.newest_first()] == ["3", "2"]


def test_the_oldest_mails_are_dropped_beyond_a_size():
    mails = Mails(max_bytes=2000)
    for number in range(4):
        mails.add(parsed(f"Subject: {number}\n\n{'x' * 800}"))
    kept = mails.newest_first()
    mails.clear()
    mails.add(parsed("Subject: 4\n\n" + "x" * 1900))

    assert [mail.subject for mail in kept] == ["3", "2"]
    assert [mail.subject for mail in mails.newest_first()] == ["4"]


def test_a_dropped_mail_is_not_found():
    mails = Mails(max_mails=1)
    first, second = parsed("Subject: 1\n\n"), parsed("Subject: 2\n\n")
    mails.add(first)
    mails.add(second)

    assert mails.find(first.id) is None
    assert mails.find(second.id) is second
