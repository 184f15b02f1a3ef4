"""Texts of users inside texts of ours."""

import pytest
from markupsafe import Markup

from learnstream.text.display import UserText, is_right_to_left, one_line, without_links


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Sam Adeyemi", "Sam Adeyemi"),
        ("  Sam\t\r\n Adeyemi\u2028", "Sam Adeyemi"),
        ("Sam\0Adeyemi\x1b\x7f\x85", "Sam Adeyemi"),
        ("Sam\ud800", "Sam"),
        ("\u202emaS\u202c", "maS"),
        ("שר\u200cה \u200f", "שר\u200cה \u200f"),
        ("👩‍👩‍👧", "👩‍👩‍👧"),
        ("x" * 20, "x" * 20),
        ("x" * 21, "x" * 19 + "…"),
        ("x" * 18 + " yz", "x" * 18 + "…"),
        (" \u202e\0 ", ""),
    ],
)
def test_one_line_keeps_what_can_be_read(text, line):
    assert one_line(text, 20) == line


@pytest.mark.parametrize(
    "text", ["https://evil.test/x", "evil.test", "sam@evil.test", "evil。test", "a...b", "http:evil"]
)
def test_links_look_the_same_and_are_none(text):
    assert without_links(text) != text
    assert without_links(text).replace("\u200b", "") == text


@pytest.mark.parametrize(
    "text", ["Sam Adeyemi", "Dr. Sam", "Sam.", "Ana Lúcia", "O'Brien-Smith", "王小明", "Note: eclipses"]
)
def test_names_stay_the_same(text):
    assert without_links(text) == text


def test_a_users_text_is_isolated_and_escaped():
    text = UserText("<שרה>")

    assert f"{text}" == "\u2068<שרה>\u2069"
    assert Markup("%s") % text == "<bdi>&lt;שרה&gt;</bdi>"
    assert (bool(text), bool(UserText(""))) == (True, False)


def test_only_letters_from_right_to_left_need_isolation():
    assert [is_right_to_left(text) for text in ("Sam 7", "שרה", "سارة", "雲", "…!")] == [
        False,
        True,
        True,
        False,
        False,
    ]
