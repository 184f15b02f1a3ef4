"""Mails as subject, plain text and HTML.

Each mail is one Jinja template of words, rendered twice: once with the layout and building blocks in
`templates/mail/text/`, once with those in `templates/mail/html/`. So both say the same, in every language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from learnstream.models.mail import MailTemplate
from learnstream.services.messaging.facts import MAX_COURSES, MAX_NOTICES, present
from learnstream.text.translation import SOURCE, closest, translations

if TYPE_CHECKING:
    from css_inline import CSSInliner

TEMPLATES = Path(__file__).parents[2] / "templates" / "mail"


@dataclass(frozen=True)
class Rendered:
    """A mail in one language. The subject is one line of at most 250 characters."""

    subject: str
    text: str
    html: str


def render(template: MailTemplate, language: str, facts: Mapping[str, Any]) -> Rendered:
    """Render a mail in the language closest to a tag, English if none is.

    Raises:
        WrongFacts: a fact is missing, unknown to the template, or invalid.
    """
    language = closest(language) or SOURCE
    shown = present(template, language, facts)
    text = _template("text", language, template)
    subject = _subject(text, shown)
    html = _template("html", language, template).render(shown, subject=subject, language=language)
    return Rendered(subject, _tidy(text.render(shown)), _inliner().inline(html))


def _subject(text: Template, shown: dict[str, Any]) -> str:
    block = text.blocks["subject"](text.new_context(shown))
    return " ".join("".join(block).split())


def _tidy(text: str) -> str:
    """Return a text with single empty lines. No fact contains a line break, so these are the template's own."""
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _template(kind: str, language: str, template: MailTemplate) -> Template:
    return _environment(kind, language).get_template(f"{template}.jinja")


@cache
def _environment(kind: str, language: str) -> Environment:
    """Return Jinja with the layout of a kind, `text` or `html`, and the translations into a language."""
    environment = Environment(
        loader=FileSystemLoader([TEMPLATES / kind, TEMPLATES]),
        autoescape=kind == "html",  # noqa: S701 - the other kind is plain text
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {"MAX_COURSES": MAX_COURSES, "MAX_NOTICES": MAX_NOTICES}
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    return environment


@cache
def _inliner() -> "CSSInliner":
    """Return what copies the style sheet into `style` attributes, which some mail programs need; it loads nothing."""
    # Only the worker renders mails; web processes do without the library's 1.6 MB.
    from css_inline import CSSInliner  # noqa: PLC0415

    return CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)
