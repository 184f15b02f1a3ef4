import pytest

from learnstream.text import partial_dates


@pytest.mark.parametrize("text", ["1897", "1897-05", "1897-05-26", "2024-02-29", "0001"])
def test_years_months_and_days_are_dates(text):
    assert partial_dates.is_valid(text)


@pytest.mark.parametrize(
    "text",
    ["", "97", "1897-5", "1897-13", "1897-00", "2023-02-29", "1897-05-32", "0000", "18970526", "1897-W20", "1897-05-26T00:00",
     "\uff11897", "1897\n", "-1897", "May 1897"],
)  # fmt: skip
def test_other_texts_are_none(text):
    assert not partial_dates.is_valid(text)
