"""Tables as whoever saves them reads them."""

import csv


def lines(answer):
    """Return the lines of a CSV, which begins with a byte-order mark."""
    return answer.get_data().decode("utf-8-sig").splitlines(keepends=True)


def rows(answer):
    """Return the rows of a CSV, by column."""
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.DictReader(lines(answer)))
