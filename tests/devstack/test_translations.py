"""The catalogues of translations: complete, up to date, compiled."""

import re
from io import BytesIO

import pytest
from babel.messages.mofile import read_mo

from devstack.commands import translations
from learnstream.text import translation

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[^ %]|%%")
every_language = pytest.mark.parametrize("language", translations.TRANSLATED)


@pytest.fixture(scope="module")
def extracted():
    return translations.extract()


def texts(catalog):
    """Return the translations by message and context; plural forms as tuples."""
    return {(forms(each.id), each.context): forms(each.string) for each in catalog if each.id}


def forms(text):
    return (text,) if isinstance(text, str) else tuple(text or ())


@every_language
def test_a_catalogue_has_the_messages_of_the_code_alone(language, extracted):
    catalog = translations.read(language)

    assert texts(catalog).keys() == texts(extracted).keys()
    assert catalog.obsolete == {}


@every_language
def test_every_message_is_translated(language):
    assert [each.id for each in translations.read(language) if each.id and not translations.is_translated(each)] == []


@every_language
def test_a_translation_has_the_placeholders_of_its_message(language):
    wrong = []
    for (sources, _), strings in texts(translations.read(language)).items():
        wanted = {placeholder for source in sources for placeholder in PLACEHOLDER.findall(source)}
        # The singular may do without the number.
        wrong += [each for each in strings if not wanted - {"%(num)d"} <= set(PLACEHOLDER.findall(each)) <= wanted]

    assert wrong == []


@every_language
def test_a_translation_contains_no_markup(language):
    strings = [each for strings in texts(translations.read(language)).values() for each in strings]

    assert [each for each in strings if re.search("[<>&]", each)] == []


@every_language
def test_the_compiled_catalogue_equals_its_source(language):
    compiled = read_mo(BytesIO(translations.compiled_file(language).read_bytes()))
    source = translations.read(language)

    assert texts(compiled) == texts(source)
    assert compiled.plural_expr == source.plural_expr


@every_language
def test_writing_a_catalogue_anew_changes_nothing(language, extracted, tmp_path, monkeypatch):
    before = translations.source_file(language).read_bytes()
    monkeypatch.setattr(translation, "CATALOGUES", tmp_path)
    translations.source_file(language).parent.mkdir(parents=True)
    translations.source_file(language).write_bytes(before)

    translations.update(language, extracted)

    assert translations.source_file(language).read_bytes() == before


def test_a_new_language_begins_untranslated(extracted, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(translation, "CATALOGUES", tmp_path)
    monkeypatch.setattr(translations, "TRANSLATED", ["de"])

    assert translations.main(None) == 1
    assert "de: not translated: Sign in" in capsys.readouterr().err.splitlines()
    assert texts(translations.read("de")).keys() == texts(extracted).keys()
