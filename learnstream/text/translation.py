"""Languages of mails and of our own pages: choosing one, its translations, and dates written in it.

English is the source language. The others have a gettext catalogue in `learnstream/translations/`, compiled by
`python3 -m devstack translations`; the API's own texts are not translated, since clients have `code`.
"""

import gettext
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from learnstream.text.money import Money, show

SOURCE = "en"
# Every language, by its BCP 47 tag, with its name in itself.
LANGUAGES = {SOURCE: "English", "pt-BR": "Português (Brasil)"}
CATALOGUES = Path(__file__).parents[1] / "translations"
DOMAIN = "messages"


def N_(message: str) -> str:  # noqa: N802 - the name by which messages are found
    """Mark a message for translation."""
    return message


def closest(tag: str) -> str | None:
    """Return the language that serves readers of a BCP 47 tag: the same, or a variant of it; None if there is none."""
    wanted = tag.replace("_", "-").lower()
    exact = (language for language in LANGUAGES if language.lower() == wanted)
    related = (language for language in LANGUAGES if _primary(language) == _primary(wanted))
    return next(exact, None) or next(related, None)


def best_language(accepted: Iterable[tuple[str, float]]) -> str:
    """Return the language for a reader who accepts these, with qualities, as in Flask's `request.accept_languages`.

    English if none fits.
    """
    by_quality = sorted(accepted, key=lambda each: each[1], reverse=True)
    return next((found for tag, quality in by_quality if quality > 0 and (found := closest(tag))), SOURCE)


def translations(language: str) -> gettext.NullTranslations:
    """Return the translations into the language closest to a tag; into English, the source language, if none is."""
    return _catalogue(closest(language) or SOURCE)


def locale_folder(language: str) -> Path:
    """Return the folder of a language's catalogue, named as gettext expects it."""
    return CATALOGUES / language.replace("-", "_") / "LC_MESSAGES"


def format_day(day: date, language: str) -> str:
    """Return a date in words: `9 March 2026`, `9 de março de 2026`."""
    _ = translations(language).gettext
    # Translators: a date, such as "9 March 2026".
    return _("%(day)s %(month)s %(year)s") % {"day": day.day, "month": _month(day.month, _), "year": day.year}


def format_instant(at: datetime, language: str) -> str:
    """Return a time in words, in its own time zone: `9 March 2026, 18:30 (UTC+01:00)`."""
    _ = translations(language).gettext
    # Translators: a time, such as "9 March 2026, 18:30 (UTC)".
    return _("%(day)s, %(time)s (%(zone)s)") % {
        "day": format_day(at, language),
        "time": f"{at:%H:%M}",
        "zone": _zone(at),
    }


def format_money(money: Money, language: str) -> str:
    """Return an amount as it is written in a language, without thousands separators: `49.00 EUR`, `49,00 EUR`."""
    # Translators: the decimal separator of an amount of money.
    return show(money).replace(".", translations(language).gettext("."))


def _primary(tag: str) -> str:
    return tag.partition("-")[0].lower()


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == SOURCE:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, CATALOGUES, [locale_folder(language).parent.name])


def _month(number: int, _: Callable[[str], str]) -> str:
    months = (
        _("January"),
        _("February"),
        _("March"),
        _("April"),
        _("May"),
        _("June"),
        _("July"),
        _("August"),
        _("September"),
        _("October"),
        _("November"),
        _("December"),
    )
    return months[number - 1]


def _zone(at: datetime) -> str:
    offset = at.utcoffset()
    if offset is None:
        raise ValueError("A time without a time zone.")
    minutes = offset // timedelta(minutes=1)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}" if minutes else "UTC"
