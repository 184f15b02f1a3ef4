# ruff: noqa: RUF001 - letters that look like others are what is tested
"""Typed answers: which texts are the same, and which numbers a text can be read as."""

import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnstream.text import answers

# Arabic digits, full width, composed and not, and what cannot be seen.
TEXTS = st.text(st.sampled_from("aäA\u0308 \u200b\u00ad\u0663３ｅёе\u0306иİıIß'’—-\u3000.,"), max_size=12) | st.text(
    max_size=30
)


def same(text, other, *, exact):
    return answers.compared(text, exact=exact) == answers.compared(other, exact=exact)


@pytest.mark.parametrize(
    ("typed", "accepted"),
    [
        ("caf\u00e9", "cafe\u0301"),
        ("Café", "CAFE"),
        ("\uff28\uff12\uff2f", "H2O"),  # full width
        ("H\u2082O", "h2o"),
        ("  a \u00a0\n b ", "a b"),
        ("pass\u200bword\ufeff", "password"),
        ("co\u00adoperate", "cooperate"),
        ("ёлка", "елка"),
        ("\u0130stanbul", "istanbul"),
        ("DI\u015e", "d\u0131\u015f"),
        ("STRASSE", "straße"),
        ("ΟΔΟΣ", "οδος"),
        ("Łódź", "lodz"),
        ("٣٤", "34"),
        ("don\u2019t", "don't"),
        ("x − y", "x - y"),
        ("كِتَاب", "كتاب"),
    ],
)
def test_case_accents_and_invisible_characters_do_not_matter(typed, accepted):
    assert same(typed, accepted, exact=False)
    assert same(accepted, typed, exact=False)


@pytest.mark.parametrize(
    ("typed", "accepted"),
    [
        ("мои", "мой"),
        ("і", "ї"),
        ("か", "が"),
        ("कि", "कु"),
        ("ab", "a b"),
        ("1", "2"),
        ("", "a"),
        ("\u0301", "\u0302"),
    ],
)
def test_other_letters_are_other_answers(typed, accepted):
    assert not same(typed, accepted, exact=False)


def test_exact_answers_keep_case_and_accents():
    assert same(" cafe\u0301\u200b", "café", exact=True)
    assert not same("Café", "café", exact=True)
    assert not same("cafe", "café", exact=True)


def test_every_letter_is_the_same_in_its_other_case():
    for number in range(sys.maxunicode + 1):
        letter = chr(number)
        if letter.casefold() != letter and letter.isprintable():
            assert same(letter, letter.casefold(), exact=False), hex(number)


@given(TEXTS)
def test_the_compared_forms_are_stable(text):
    assert answers.tidy(answers.tidy(text)) == answers.tidy(text)
    assert answers.folded(answers.folded(text)) == answers.folded(text)
    assert answers.folded(answers.tidy(text)) == answers.folded(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3.5", ["3.5"]),
        ("3,5", ["3.5"]),
        ("-3", ["-3"]),
        ("\u22123", ["-3"]),
        ("+ 3", ["3"]),
        (".5", ["0.5"]),
        ("1e3", ["1000"]),
        ("1E-3", ["0.001"]),
        ("٣", ["3"]),
        ("٣٫٥", ["3.5"]),
        ("１２", ["12"]),
        ("1 000,5", ["1000.5"]),
        ("1\u202f000,5", ["1000.5"]),
        ("1'000.5", ["1000.5"]),
        ("1.000,5", ["1000.5"]),
        ("1,000.5", ["1000.5"]),
        ("1.000.000", ["1000000"]),
        ("1,000", ["1", "1000"]),
        ("0,125", ["0.125"]),
        ("1.000", ["1"]),
        ("0.1", ["0.1"]),
        ("-0", ["0"]),
        ("007", ["7"]),
        (str(10**63), [str(10**63)]),
    ],
)
def test_numbers_are_read_exactly(text, numbers):
    assert answers.readings(text) == tuple(map(Decimal, numbers))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        ".",
        "e3",
        "3.",
        "1e",
        "NaN",
        "nan",
        "Infinity",
        "-inf",
        "1e999999999",
        "1e1000",
        "0x10",
        "1_000",
        "1,00,000",
        "1,000,5",
        "1 00",
        "1..5",
        "--1",
        "1/2",
        "5 %",
        "½",
        "10³",
        "1" * 65,
        "1\x00",
    ],
)
def test_other_texts_are_no_numbers(text):
    assert answers.readings(text) == ()


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6))
def test_a_number_reads_as_itself_in_any_notation(number):
    plain = f"{number:f}"
    grouped = f"{number:,f}".replace(",", " ")

    for text in (plain, plain.replace(".", ","), grouped, f"{number:e}", f" {plain}\u200b"):
        assert number in answers.readings(text), text


@given(TEXTS)
def test_reading_numbers_never_fails(text):
    assert len(answers.readings(text)) <= 2
