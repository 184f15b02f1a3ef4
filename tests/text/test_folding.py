"""Canonical forms, tested with every Unicode character."""

import sys
import unicodedata

import pytest

from learnstream.text import email_address, folding

# All others are their own canonical form.
CHARACTERS = [
    each for each in map(chr, range(sys.maxunicode + 1)) if each.casefold() != each or unicodedata.decomposition(each)
]


def test_canonical_forms_are_stable():
    for character in CHARACTERS:
        key, folded = folding.caseless(f"a{character}\u0345"), folding.fold(character)
        assert (folding.caseless(key), folding.compose(key)) == (key, key), hex(ord(character))
        assert folding.fold(folded) == folded, hex(ord(character))


def test_case_and_composition_do_not_change_the_key():
    for character in CHARACTERS:
        spellings = {character, character.upper(), character.lower(), folding.compose(character)}
        keys = {folding.caseless(each) for each in spellings if each.casefold() == character.casefold()}
        assert len(keys) <= 1, hex(ord(character))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sam@Example.COM", "sam@example.com"),
        ("jose\u0301@example.com", "JOSÉ@example.com"),
        ("οδος@example.com", "ΟΔΟΣ@example.com"),
        ("a@xn--exmple-cua.com", "A@exämple.com"),
        ("\u212aim@example.com", "kim@example.com"),
    ],
)
def test_spellings_of_an_address_have_one_key(one, other):
    assert folding.caseless(email_address.normalize(one)) == folding.caseless(email_address.normalize(other))


def test_a_dotted_capital_i_is_another_letter_than_i():
    assert folding.caseless("İ@example.com") != folding.caseless("i@example.com")


def test_words_are_bounded():
    assert folding.words("x" * 1000) == ["x" * folding.MAX_WORD]
    assert all(len(word) <= folding.MAX_WORD for word in folding.search_words(["\ufdfa" * 100, "\ufdfa@x.org"]))
