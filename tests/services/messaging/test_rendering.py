"""Mails in every language: complete, and the same in text and HTML."""

import re

import pytest

from learnstream.services.messaging import rendering
from learnstream.services.messaging.facts import FACTS
from learnstream.services.messaging.rendering import render
from learnstream.services.messaging.samples import sample
from learnstream.text import translation
from learnstream.text.display import without_links
from tests.services.messaging.rendered import Page, every_language, every_template

LINKS = ("link", "unsubscribe")
CHANGES = ("on", "off", "recovery_code_used", "removed_by_administrator")


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
    # Who reads HTML clicks it.
    lines = [line for line in lines if line != sample(template).get("unsubscribe")]

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

    assert page.links == [facts[each] for each in LINKS if each in facts]
    assert page.texts.count(facts["link"]) == 1
    assert mail.text.splitlines().count(facts["link"]) == mail.text.count(facts["link"]) == 1


@every_template
def test_a_mail_without_a_link_has_no_button(template):
    assert len(Page(render(template, "en", sample(template)).html).links) == len(FACTS[template] & {*LINKS})


@every_template
def test_nothing_is_loaded(template):
    html = render(template, "en", sample(template)).html

    assert re.findall(r"(?i)src=|url\(|@import|<(?:link|img|script|iframe|object)", html) == []
    links = {sample(template).get(each, "").replace("&", "&amp;") for each in LINKS}
    assert set(re.findall(r"https?://[^\"<]+", html)) <= links


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


def leaves(value):
    """Yield the texts of a fact that consists of others, line by line."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from leaves(part)
    else:
        yield from str(value).splitlines()


@every_template
def test_no_english_is_left_in_portuguese(template):
    english, portuguese = (render(template, language, sample(template)) for language in ("en", "pt-BR"))
    facts = set(leaves(sample(template)))
    shared = {
        text
        for text in Page(english.html).texts
        if text in Page(portuguese.html).texts and re.search(r"[^\W\d_]", text) and text != "e-mail"
    }

    # The whole subject may be a fact, which is in the recipient's language already.
    assert english.subject != portuguese.subject or english.subject in facts
    assert {without_links(fact) for fact in facts} | facts >= shared


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
