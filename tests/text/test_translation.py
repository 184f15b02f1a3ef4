"""Languages, and dates written in them; Babel knows how they are written."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from babel.dates import format_date
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from learnstream.text.translation import best_language, closest, format_day, format_instant, translations


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("EN_us", "en"),
        ("pt-BR", "pt-BR"),
        ("pt_br", "pt-BR"),
        ("pt", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("de", None),
        ("ptx", None),
        ("", None),
        ("*", None),
        ("-", None),
        ("x" * 10_000, None),
    ],
)
def test_the_closest_language_has_the_same_primary_tag(tag, language):
    assert closest(tag) == language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt-BR"),
        ("pt-PT,pt;q=0.9,en;q=0.8", "pt-BR"),
        ("de,pt;q=0.5,en;q=0.7", "en"),
        ("de", "en"),
        ("*", "en"),
        ("*,pt;q=0.1", "pt-BR"),
        ("pt;q=0", "en"),
        ("pt;q=nonsense", "en"),
        (",;=,;q", "en"),
    ],
)
def test_the_best_language_is_the_most_wanted_one_that_there_is(header, language):
    assert best_language(parse_accept_header(header, LanguageAccept)) == language


def test_another_language_has_the_source_texts():
    assert translations("de").gettext("Sign in") == translations("en").gettext("Sign in") == "Sign in"
    assert translations("pt").gettext("Sign in") == "Entrar"


@pytest.mark.parametrize(("language", "locale"), [("en", "en_GB"), ("pt-BR", "pt_BR")])
def test_days_are_written_as_in_the_languages_country(language, locale):
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]

    assert [format_day(day, language) for day in days] == [format_date(day, "long", locale) for day in days]


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        (UTC, "UTC"),
        (timezone(timedelta(hours=-3)), "UTC-03:00"),
        (timezone(timedelta(hours=5, minutes=45)), "UTC+05:45"),
        (timezone(-timedelta(hours=3, minutes=30)), "UTC-03:30"),
    ],
)
def test_times_name_their_zone(zone, name):
    at = datetime(2026, 3, 1, 7, 5, 59, tzinfo=zone)

    assert format_instant(at, "en") == f"1 March 2026, 07:05 ({name})"
    assert format_instant(at, "pt-BR") == f"1 de março de 2026 às 07:05 ({name})"


def test_a_time_without_a_zone_is_an_error():
    with pytest.raises(ValueError, match="zone"):
        format_instant(datetime(2026, 3, 1, 7, 5), "en")  # noqa: DTZ001
