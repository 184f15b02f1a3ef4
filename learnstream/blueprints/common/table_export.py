"""Tables to download: streamed, so that memory use does not grow with the table."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import AnyStr

from flask import Response, stream_with_context

from learnstream.text.csv_tables import Row


def stream_table(
    filename: str, mimetype: str, render: Callable[[Iterable[Row]], Iterator[AnyStr]], rows: Iterable[Row]
) -> Response:
    """Return a response that streams what `render` makes of the rows, generating them as they are sent."""
    first = next(found := iter(rows), None)
    # Failures before the first row become an error response; later ones can only truncate the response.
    given = found if first is None else chain([first], found)
    response = Response(stream_with_context(render(given)), mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
