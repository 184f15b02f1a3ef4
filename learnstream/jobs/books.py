"""Carry out imports of books and their undoing, and remove what is left of deleted books."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import ValidationError

from learnstream.schemas.books.book import BookPatchSchema
from learnstream.services.authoring import reading
from learnstream.services.books.imports import jobs
from learnstream.services.foundation import outbox
from learnstream.services.media.imports.remarks import Invalid


@outbox.handles(jobs.TOPIC, give_up_after=timedelta(hours=24))
def import_books(payload: dict[str, Any]) -> None:
    """Carry out an import or its undoing, with the rules that hold for the books that authors send."""
    jobs.carry_out(payload, check=load, in_use=reading.in_published_use)


def load(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a book's fields as a request would have them.

    Raises:
        Invalid: one of them is not valid.
    """
    try:
        loaded: Mapping[str, Any] = BookPatchSchema().load(dict(fields))
    except ValidationError as error:
        raise Invalid(error.messages) from None
    return loaded
