"""What users call themselves and write changes nothing else in a mail."""

import re
from email.message import EmailMessage

import pytest

from learnstream.schemas.accounts.invitation import MAX_MESSAGE
from learnstream.services.messaging.rendering import render
from learnstream.services.messaging.samples import sample
from learnstream.text.display import without_links
from tests.services.messaging.rendered import Page, every_template

USER_TEXTS = {"name", "inviter", "device", "network", "new_address", "courses", "message"}
HOSTILE = {
    "html": "</p></main><script>alert(1)</script><img src=https://evil.test/x onerror=alert(1)>&amp;<!--",
    "header": "Sam\r\nBcc: everyone@evil.test\r\n\r\n<h1>Hello</h1>",
    "lines": "Sam\n\n-- \n> Your account is closed\u2028\u2029\x85\x0b\x0c- pay now",
    "long": "x" * 10_000,
    "many words": "word " * 2_000,
    "nul": "Sam\0\x1b[2J\x9b",
    "surrogate": "Sam \ud800",
    "override": "\u202emas\u202c \u2066sam \u2067",
    "emoji": "👩‍👩‍👧‍👦 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "template": "{{ 7 * 7 }} {% raw %} %(name)s %s %d {0} ${x}",
    "link": "Claim your prize at https://evil.test or evil.test/x, mail sam@evil.test",
    "quote": "> -- Your account is closed",
    "marks": "a" + "\u0301" * 500,
    "right to left": "سارة שרה",
    "chinese": "雲" * 300,
}
every_hostile_text = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


def with_texts(template, text):
    """Return a sample's facts with this text wherever users write."""
    facts = sample(template)
    replaced = {fact: [text] if fact == "courses" else text for fact in USER_TEXTS & facts.keys()}
    return facts | replaced


def one_liners(template, text):
    """Return such facts, but with a message of one line."""
    facts = with_texts(template, text)
    return facts | ({"message": " ".join(text.split())} if "message" in facts else {})


@every_hostile_text
@every_template
def test_a_users_text_changes_no_structure(template, text):
    harmless, hostile = (render(template, "en", one_liners(template, each)) for each in ("harmless", text))

    assert Page(hostile.html).tags == Page(harmless.html).tags
    assert len(hostile.text.splitlines()) == len(harmless.text.splitlines())
    assert [line[:2] for line in hostile.text.splitlines() if line[:2] in {"> ", "- ", "--"}] == [
        line[:2] for line in harmless.text.splitlines() if line[:2] in {"> ", "- ", "--"}
    ]
    for part in (hostile.subject, hostile.text, hostile.html):
        part.encode()
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\ud800-\udfff]", part)
        assert len(part) < 20_000


@every_hostile_text
@every_template
def test_a_users_text_changes_no_header(template, text):
    subject = render(template, "en", with_texts(template, text)).subject
    message = EmailMessage()
    message["Subject"] = subject

    assert len(subject) <= 250
    assert message.keys() == ["Subject"]
    assert str(message["Subject"]) == subject


@pytest.mark.parametrize("kind", ["html", "template"])
def test_a_users_text_is_shown_as_it_was_written(kind):
    mail = render("new_device", "en", sample("new_device") | {"device": HOSTILE[kind][:60]})

    assert without_links(HOSTILE[kind][:60].strip()) in Page(mail.html).texts
    assert f"Device: {without_links(HOSTILE[kind][:60].strip())}" in mail.text.splitlines()


@every_template
def test_a_name_does_not_become_a_link(template):
    facts = sample(template)
    names = {"name", "inviter", "device"} & facts.keys()
    mail = render(template, "en", facts | dict.fromkeys(names, HOSTILE["link"]))

    for part in (mail.subject, mail.text, mail.html):
        assert "evil.test" not in part
        assert "https://" not in part.replace(facts.get("link", "no link"), "")


def test_names_from_right_to_left_are_isolated():
    facts = sample("invitation") | {"inviter": "שרה", "name": "José"}
    mail = render("invitation", "en", facts)

    assert mail.subject == "\u2068שרה\u2069 invites you to LearnStream"
    assert "\u2068שרה\u2069 invites you to learn" in mail.text
    assert "<bdi>שרה</bdi> invites you to learn" in mail.html
    assert "Hello José," in mail.text
    assert "Hello <bdi>José</bdi>," in mail.html


def test_a_recipient_without_a_name_is_greeted():
    for name in ("", None, " \u202e\0"):
        assert "\nHello,\n" in render("invitation", "en", sample("invitation") | {"name": name}).text


def test_a_message_is_quoted_line_by_line():
    message = "Hello\r\n\r\n-- \n<b>see</b> https://example.com/a\n> really\u2028yes\0"
    mail = render("invitation", "en", sample("invitation") | {"message": message})
    quoted = [line for line in mail.text.splitlines() if line.startswith(">")]

    assert quoted == ["> Hello", "> --", "> <b>see</b> https://example.com/a", "> > really", "> yes"]
    assert "&lt;b&gt;see&lt;/b&gt;" in mail.html


def test_a_long_message_ends_with_an_ellipsis():
    quoted = {}
    for count in (50, 51):
        message = "\n".join(f"Line {number}" for number in range(count))
        text = render("invitation", "en", sample("invitation") | {"message": message}).text
        quoted[count] = [line for line in text.splitlines() if line.startswith("> ")]

    assert (len(quoted[50]), quoted[50][-1]) == (50, "> Line 49")
    assert quoted[51] == [*quoted[50], "> …"]


def test_the_longest_message_is_shown_as_a_whole():
    message = "x" * MAX_MESSAGE

    assert f"> {message}\n" in render("invitation", "en", sample("invitation") | {"message": message}).text
