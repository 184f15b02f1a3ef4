"""ISBNs: normalized, and refused with a wrong check digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnstream.text import isbn


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("9781108005517", "9781108005517"),
        (" 978-1-108-00551-7 ", "9781108005517"),
        ("978\u20101\u2013108 00551\u00a07", "9781108005517"),
        ("0-306-40615-2", "9780306406157"),
        ("080442957x", "9780804429573"),
        ("ISBN 978-0-306-40615-7", "9780306406157"),
        ("ISBN-13: 9780306406157", "9780306406157"),
        ("ISBN-10 0306406152", "9780306406157"),
        ("979-10-90636-07-1", "9791090636071"),
    ],
)
def test_an_isbn_is_normalized_to_13_digits(text, digits):
    assert isbn.normalize(text) == digits


@pytest.mark.parametrize(
    "text",
    ["", "ISBN", "9781108005518", "0306406153", "9771108005517", "97811080055", "978110800551\uff17", "X306406152",
     "9.78111E+12", "9781108005517.0", "9781108005517 9781108005517"],
)  # fmt: skip
def test_what_is_no_isbn_is_refused(text):
    with pytest.raises(ValueError, match="ISBN"):
        isbn.normalize(text)


@given(st.text(alphabet="0123456789", min_size=9, max_size=9), st.integers(0, 12), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_noticed(digits, place, other):
    right = f"978{digits}"
    right += isbn.check_digit(right)
    wrong = right[:place] + other + right[place + 1 :]

    assert isbn.normalize(right) == right
    if wrong != right:
        with pytest.raises(ValueError, match="ISBN"):
            isbn.normalize(wrong)
