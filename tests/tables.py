"""Tables as whoever saves them reads them."""

import csv


def lines(response):
    """Return the lines of a CSV, which begins with a byte-order mark."""
    return response.get_data().decode("utf-8-sig").splitlines(keepends=True)


def rows(response):
    """Return the rows of a CSV, by column."""
    assert (response.status_code, response.mimetype) == (200, "text/csv")
    return list(csv.DictReader(lines(response)))
