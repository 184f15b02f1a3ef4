"""Typed answers: the forms in which texts are compared, and the grammar of numbers.

Answers are stored as they were typed; these forms exist only while they are marked.
"""

import re
import unicodedata
from decimal import Decimal

from learnstream.text.folding import BASE_LETTERS

MAX_NUMBER = 64  # characters
# Besides the format characters: the grapheme joiner and the variation selectors.
INVISIBLE_MARK = re.compile("[\u034f\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Accents of Latin, Greek and Cyrillic letters, and the optional vowel points of Hebrew and Arabic. Other marks, such as
# the vowels of Indic scripts or the voicing marks of Japanese, make other words.
ACCENT = "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u0652\u0670\u1ab0-\u1aff\u1dc0-\u1dff]"
# Cyrillic letters that Unicode decomposes although they are letters of their own: й ї ў ѓ ќ. The dots of ё, in contrast,
# are often left out.
LETTER = "\u0438\u0306|\u0456\u0308|\u0443\u0306|\u0433\u0301|\u043a\u0301"
LETTER_OR_ACCENT = re.compile(f"({LETTER})|{ACCENT}")
# Phones type these by themselves.
APOSTROPHES, QUOTES, DASHES = (
    "\u2018\u2019\u201b\u02bc\u02b9`",
    "\u201c\u201d\u201e\u201f\u00ab\u00bb",
    "\u2010-\u2015\u2212",
)
PUNCTUATION = (
    (re.compile(f"[{APOSTROPHES}]"), "'"),
    (re.compile(f"[{QUOTES}]"), '"'),
    (re.compile(f"[{DASHES}]"), "-"),
)

EXPONENT = "(?:[eE](?P<exponent>[+-]?[0-9]{1,3}))?"
PLAIN = re.compile(rf"(?P<sign>[+-]?) ?(?P<whole>[0-9]*)(?:[.,](?P<fraction>[0-9]+))?{EXPONENT}")
GROUPED = re.compile(
    r"(?P<sign>[+-]?) ?(?P<whole>[1-9][0-9]{0,2}(?:(?P<separator>[ '.,])[0-9]{3})(?:(?P=separator)[0-9]{3})*)"
    rf"(?:(?!(?P=separator))[.,](?P<fraction>[0-9]+))?{EXPONENT}"
)
ARABIC_SEPARATORS = str.maketrans({"\u066b": ".", "\u066c": "'"})


def tidy(text: str) -> str:
    """Return a text in NFKC, without invisible characters, with single spaces and none at its ends."""
    visible = "".join(each for each in INVISIBLE_MARK.sub("", text) if unicodedata.category(each) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", visible).split())


def folded(text: str) -> str:
    """Return a tidy text without case and accents, with ASCII digits and plain apostrophes, quotation marks and dashes."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", tidy(text)).casefold())
    base = LETTER_OR_ACCENT.sub(lambda found: found[1] or "", decomposed).translate(BASE_LETTERS)
    # A text of accents alone stays itself, so that it does not equal every other one.
    return tidy(_ascii_digits(_plain_punctuation(base))) or tidy(text)


def compared(text: str, *, exact: bool) -> str:
    """Return the form of a text that is equal for the same answers; `exact`: case and accents matter."""
    return tidy(text) if exact else folded(text)


def readings(text: str) -> tuple[Decimal, ...]:
    """Return the numbers that a text can be read as: none, one, or two.

    Digits may be of any script, the decimal separator a point or a comma, and groups of three digits separated by spaces,
    apostrophes, points or commas. A single point is a decimal separator, but `1,000` can be read as one or as a thousand:
    which one is meant depends on the writer's language.
    """
    # Superscripts would become digits beside the others: 10³ is not 103.
    if len(text) > MAX_NUMBER or any(unicodedata.category(each) == "No" for each in text):
        return ()
    plain = _ascii_digits(_plain_punctuation(tidy(text).translate(ARABIC_SEPARATORS)))
    found = (pattern.fullmatch(plain) for pattern in (PLAIN, GROUPED))
    values = dict.fromkeys(_value(each) for each in found if each and (each["whole"] or each["fraction"]))
    return tuple(values)[: 2 if "," in plain else 1]


def _value(found: re.Match[str]) -> Decimal:
    whole = re.sub("[^0-9]", "", found["whole"])
    return Decimal(f"{found['sign']}{whole or 0}.{found['fraction'] or 0}e{found['exponent'] or 0}")


def _plain_punctuation(text: str) -> str:
    for pattern, plain in PUNCTUATION:
        text = pattern.sub(plain, text)
    return text


def _ascii_digits(text: str) -> str:
    return text if text.isascii() else "".join(str(unicodedata.decimal(each, each)) for each in text)
