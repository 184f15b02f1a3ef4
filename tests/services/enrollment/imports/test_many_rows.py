"""10,000 rows: the time that importing them takes, and the memory."""

import resource
import time

import pytest

from learnstream.services.enrollment.imports import exports, running
from learnstream.services.enrollment.imports.plans import Plan
from learnstream.text import xlsx_tables


@pytest.mark.thorough
def test_ten_thousand_rows_take_less_than_a_minute(app):
    rows = ((f"Person {n}", f"p{n}@example.com", "", "", f"{n:05}", "+4930901820") for n in range(10_000))
    workbook = b"".join(xlsx_tables.render("People", exports.PEOPLE, rows))
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()

    entries = running.read([workbook]).entries
    running.run(entries, by=None, record=(created := []).extend)
    running.run(entries, by=None, record=(again := []).extend)

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert time.monotonic() - began < 60
    assert grown < 60_000  # kB
    assert Plan(created).counts()["created"] == Plan(again).counts()["unchanged"] == 10_000
