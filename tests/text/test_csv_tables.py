from hypothesis import given
from hypothesis import strategies as st

from learnstream.text.csv_tables import defuse, render, restore

lines = st.text(st.sampled_from([*"'=+-@;,| \"x", "\uff1d", "\u200b"]))


@given(lines)
def test_a_line_that_was_defused_can_be_restored(line):
    assert restore(defuse(line)) == line


@given(lines)
def test_nothing_that_was_defused_begins_a_formula(line):
    assert not defuse(line).lstrip(' "\u200b').startswith(("=", "+", "-", "@", "\uff1d"))


def test_apostrophes_of_names_stay():
    for name in ("O'Neill", "'t Hart", "D'=x"):
        assert restore(name) == defuse(name) == name


def test_headings_cannot_become_formulas():
    assert "".join(render(["=1+1"], [])) == '\ufeff"\'=1+1"\r\n'
