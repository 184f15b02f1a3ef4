"""Bring the gettext catalogues up to date with the templates and the code, and compile them.

The compiled files are committed: a dyno has neither Babel nor a build step of ours, and the standard library reads them.
"""

import argparse
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from devstack.bootstrap import ROOT
from devstack.terminal.console import say
from learnstream.text.translation import DOMAIN, LANGUAGES, SOURCE, locale_folder

PACKAGE = ROOT / "learnstream"
EXTRACTORS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.jinja", "jinja2")]
# A template that cannot be parsed is an error, not one without messages.
OPTIONS = {pattern: {"silent": "false"} for pattern, extractor in EXTRACTORS if extractor == "jinja2"}
HEADER = "# Translations of LearnStream's mails and pages."
TRANSLATED = [language for language in LANGUAGES if language != SOURCE]


def main(_: argparse.Namespace) -> int:
    messages, missing = extract(), 0
    for language in TRANSLATED:
        catalog = update(language, messages)
        untranslated = [message for message in catalog if message.id and not is_translated(message)]
        for message in untranslated:
            say(f"{language}: not translated: {message.id}")
        say(f"{language}: {len(catalog)} messages")
        missing += len(untranslated)
    return 1 if missing else 0


def extract() -> Catalog:
    """Return the messages of all templates and modules, with the files that contain them."""
    catalog = Catalog()
    found = extract_from_dir(PACKAGE, EXTRACTORS, OPTIONS, comment_tags=["Translators:"], strip_comment_tags=True)
    for name, line, message, comments, context in found:
        catalog.add(message, locations=[(name, line)], auto_comments=comments, context=context)
    return catalog


def update(language: str, messages: Catalog) -> Catalog:
    """Write a language's catalogue with these messages and its present translations, in both forms."""
    catalog = read(language)
    created_at = catalog.creation_date
    catalog.update(messages, no_fuzzy_matching=True)
    catalog.creation_date = created_at
    source, compiled = source_file(language), compiled_file(language)
    with source.open("wb") as file:
        # Without line numbers, which would change with every edit. Git keeps messages that are no longer used.
        write_po(file, catalog, width=0, include_lineno=False, sort_by_file=True, ignore_obsolete=True)
    compiled.write_bytes(compile_catalog(catalog))
    return catalog


def read(language: str) -> Catalog:
    """Return a language's catalogue; an empty one for a new language."""
    locale = language.replace("-", "_")
    file = source_file(language)
    if file.exists():
        catalog = read_po(BytesIO(file.read_bytes()), locale=locale, abort_invalid=True)
    else:
        file.parent.mkdir(parents=True)
        catalog = Catalog(locale=locale)
    catalog.header_comment = HEADER
    catalog.project, catalog.version = "LearnStream", "messages"
    catalog.msgid_bugs_address = catalog.last_translator = catalog.language_team = ""
    return catalog


def compile_catalog(catalog: Catalog) -> bytes:
    """Return a catalogue in the form that Python's gettext reads."""
    compiled = BytesIO()
    write_mo(compiled, catalog)
    return compiled.getvalue()


def is_translated(message: Message) -> bool:
    """True if a message has a translation, in every plural form."""
    forms = (message.string,) if isinstance(message.string, str) else message.string or ("",)
    return all(forms) and not message.fuzzy


def source_file(language: str) -> Path:
    return locale_folder(language) / f"{DOMAIN}.po"


def compiled_file(language: str) -> Path:
    return locale_folder(language) / f"{DOMAIN}.mo"
