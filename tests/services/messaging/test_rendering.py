"""Mails in every language: complete, the same in text and HTML, and unaffected by what users call themselves."""

import re
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from jinja2 import UndefinedError

from learnstream.schemas.accounts.invitation import MAX_MESSAGE
from learnstream.services.messaging import rendering
from learnstream.services.messaging.facts import FACTS, WrongFacts
from learnstream.services.messaging.rendering import render
from learnstream.services.messaging.samples import sample
from learnstream.text import translation
from learnstream.text.display import without_links
from learnstream.text.translation import LANGUAGES

VOID = {"meta", "br", "link", "img"}
CHANGES = ("on", "off", "recovery_code_used", "removed_by_administrator")
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
every_template = pytest.mark.parametrize("template", FACTS)
every_language = pytest.mark.parametrize("language", LANGUAGES)
every_hostile_text = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)


class Page(HTMLParser):
    """An HTML mail: its elements, its links, and what a reader sees of it."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.links, self.texts, self.styles, self.open = [], [], [], {}, []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        values = dict(attributes)
        self.links += [values["href"]] if "href" in values else []
        self.styles.setdefault(tag, values.get("style"))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if data.strip() and self.open[-1] != "style":
            self.texts.append(" ".join(data.split()))


def with_texts(template, text):
    """Return a sample's facts with this text wherever users write."""
    facts = sample(template)
    replaced = {fact: [text] if fact == "courses" else text for fact in USER_TEXTS & facts.keys()}
    return facts | replaced


def one_liners(template, text):
    """Return such facts, but with a message of one line."""
    facts = with_texts(template, text)
    return facts | ({"message": " ".join(text.split())} if "message" in facts else {})


def test_every_template_has_facts_and_a_sample():
    templates = {path.stem for path in rendering.TEMPLATES.glob("*.jinja")} - {"words"}

    assert templates == FACTS.keys()
    assert all(sample(template).keys() == {"name", "school"} | FACTS[template] for template in templates)


@every_language
@every_template
def test_text_and_html_say_the_same(template, language):
    mail = render(template, language, sample(template))
    page = Page(mail.html)
    shown = "".join(page.texts).replace(" ", "")
    lines = [re.sub(r"^(> |- )|:$", "", line) for line in mail.text.splitlines() if line.strip("- ")]

    assert page.open == []
    assert [line for line in lines if line.replace(" ", "").replace(":", "") not in shown.replace(":", "")] == []
    assert page.texts[0] == mail.subject
    assert "Sam Adeyemi" in mail.text
    assert f'<html lang="{language}" dir="ltr">' in mail.html


@every_language
@pytest.mark.parametrize("template", [template for template, facts in FACTS.items() if "link" in facts])
def test_the_link_is_a_button_and_a_text(template, language):
    facts = sample(template) | {"link": "https://learn.example.com/a?token=x.y-z_1&next=%2F&lang=pt"}
    mail = render(template, language, facts)
    page = Page(mail.html)

    assert page.links == [facts["link"]]
    assert page.texts.count(facts["link"]) == 1
    assert mail.text.splitlines().count(facts["link"]) == mail.text.count(facts["link"]) == 1


@every_template
def test_a_mail_without_a_link_has_no_button(template):
    assert len(Page(render(template, "en", sample(template)).html).links) == ("link" in FACTS[template])


@every_template
def test_nothing_is_loaded(template):
    html = render(template, "en", sample(template)).html

    assert re.findall(r"(?i)src=|url\(|@import|<(?:link|img|script|iframe|object)", html) == []
    assert set(re.findall(r"https?://[^\"<]+", html)) <= {sample(template).get("link", "").replace("&", "&amp;")}


def test_styles_are_inlined_and_those_of_dark_mode_are_kept():
    html = render("verify_email", "en", sample("verify_email")).html
    styles = Page(html).styles

    assert all(styles[tag] for tag in ("body", "h1", "p", "a"))
    assert "prefers-color-scheme: dark" in html


class Marked(translation.gettext.NullTranslations):
    """Translations that mark what has been translated."""

    def gettext(self, message):
        return f"⟦{message}⟧"

    def ngettext(self, one, many, number):
        return f"⟦{one if number == 1 else many}⟧"


@pytest.fixture
def marked(monkeypatch):
    monkeypatch.setattr(translation, "_catalogue", lambda language: Marked())
    rendering._environment.cache_clear()
    yield
    rendering._environment.cache_clear()


def without_marked(text):
    while text != (text := re.sub("⟦[^⟦⟧]*⟧", "", text)):
        pass
    return text


@every_template
def test_every_word_can_be_translated(template, marked):
    mail = render(template, "en", sample(template))
    for text in (mail.subject, mail.text, " ".join(Page(mail.html).texts)):
        rest = without_marked(text)
        for fact in sorted(leaves(sample(template)), key=len, reverse=True):
            rest = rest.replace(fact, "").replace(without_links(fact), "")
        assert not re.search(r"[^\W\d_]", rest)


def leaves(facts):
    for value in facts.values():
        yield from value if isinstance(value, list) else str(value).splitlines()


@every_template
def test_no_english_is_left_in_portuguese(template):
    english, portuguese = (render(template, language, sample(template)) for language in ("en", "pt-BR"))
    facts = set(leaves(sample(template)))
    shared = {
        text
        for text in Page(english.html).texts
        if text in Page(portuguese.html).texts and text not in {",", ".", ":", "e-mail"}
    }

    assert english.subject != portuguese.subject
    assert {without_links(fact) for fact in facts} | facts >= shared


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


@pytest.mark.parametrize("message", ["", None, "\n \n"])
def test_an_invitation_may_have_neither_courses_nor_a_message(message):
    mail = render("invitation", "en", sample("invitation") | {"courses": [], "message": message})

    assert "includes" not in mail.text
    assert "Message from" not in mail.text
    assert "blockquote" not in Page(mail.html).tags


def test_an_invitation_counts_the_courses_that_it_does_not_list():
    mail = render("invitation", "en", sample("invitation") | {"courses": [f"Course {n}" for n in range(23)]})

    assert "The invitation includes 23 courses:" in mail.text
    assert len(re.findall("^- ", mail.text, re.MULTILINE)) == 20
    assert "… and 3 more." in mail.text


@pytest.mark.parametrize(
    ("role", "verb"), [("student", "learn at"), ("instructor", "teach at"), ("admin", "administer")]
)
def test_an_invitation_names_the_role(role, verb):
    assert (
        f"invites you to {verb} LearnStream." in render("invitation", "en", sample("invitation") | {"role": role}).text
    )


@every_language
def test_every_change_of_the_second_factor_is_described(language):
    facts = sample("second_factor_changed")
    mails = [render("second_factor_changed", language, facts | {"change": change}) for change in CHANGES]

    assert len({mail.text for mail in mails}) == len(CHANGES)
    assert len({mail.subject for mail in mails}) == 3


@pytest.mark.parametrize(
    ("language", "greeting"), [("en-GB", "Hello"), ("pt", "Olá"), ("pt-PT", "Olá"), ("de", "Hello"), ("", "Hello")]
)
def test_the_closest_language_is_chosen(language, greeting):
    assert f"\n{greeting}" in render("verify_email", language, sample("verify_email")).text


def test_times_are_in_their_own_zone():
    mail = render("password_changed", "pt-BR", sample("password_changed") | {"at": "2026-03-09T15:30:40-03:00"})

    assert "Horário: 9 de março de 2026 às 15:30 (UTC-03:00)" in mail.text


@every_template
def test_a_missing_or_unknown_fact_is_an_error(template):
    facts = sample(template)
    for fact in facts:
        with pytest.raises(WrongFacts, match=fact):
            render(template, "en", {key: value for key, value in facts.items() if key != fact})
    with pytest.raises(WrongFacts, match="nickname"):
        render(template, "en", facts | {"nickname": "Sam"})


@pytest.mark.parametrize(
    ("template", "fact", "value"),
    [
        *(
            ("verify_email", "link", link)
            for link in (
                None,
                "",
                "javascript:alert(1)",
                "//learn.example.com",
                "https://",
                "https:///path",
                "https://learn.example.com/a b",
                'https://learn.example.com/"onclick=',
                "https://learn.example.com/\r\nx",
                "https://learn.example.com/é",
                "https://learn.example.com/" + "x" * 2048,
            )
        ),
        *(("verify_email", "expires_in_hours", hours) for hours in (None, 0, -1, 1.5, "24", True)),
        *(("password_changed", "at", at) for at in (None, "", "yesterday", "2026-03-09T18:30:40", 5)),
        *(("invitation", "expires_on", day) for day in (None, "", "soon", "2026-02-30", 5)),
        *(("invitation", "courses", titles) for titles in (None, "Astronomy", [5], 5)),
        ("invitation", "role", "owner"),
        ("invitation", "message", ["Hello"]),
        ("second_factor_changed", "change", "lost"),
        ("verify_email", "name", 5),
    ],
)
def test_an_invalid_fact_is_named_without_its_value(template, fact, value):
    with pytest.raises(WrongFacts) as raised:
        render(template, "en", sample(template) | {fact: value})

    assert str(raised.value) == f"{template}: invalid: {fact}"


@pytest.mark.parametrize(
    ("template", "fact"), [(template, fact) for template in FACTS for fact in sorted(FACTS[template])]
)
def test_a_template_cannot_be_rendered_without_a_declared_fact(template, fact, monkeypatch):
    monkeypatch.setitem(FACTS, template, FACTS[template] - {fact})
    facts = {each: value for each, value in sample(template).items() if each != fact}

    with pytest.raises(UndefinedError, match=fact):
        render(template, "en", facts)
