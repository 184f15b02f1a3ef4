"""Exporting a course's questions: importing the file changes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from learnstream.documents.projection import pick
from learnstream.documents.question import AuthoredQuestion, QuestionKind
from learnstream.services.media.imports.remarks import Refused
from learnstream.services.quizzes import questions
from learnstream.services.quizzes.imports import gift, tables
from learnstream.services.quizzes.questions import DescribedQuestion
from learnstream.stores import keyset
from learnstream.stores.keyset import Part
from learnstream.text import gift_writer

FEWEST = 6  # options that a table has columns for
BATCH = 100  # questions that are read at a time
UNWRITABLE = "Not written: "


def as_gift(course_id: str, **filters: Any) -> Iterator[str]:
    """Yield a course's questions as GIFT. What GIFT cannot say stands there as a comment."""
    return gift_writer.render(gift.write(*_stated(each)) for each in _all(course_id, **filters))


def columns(course_id: str, **filters: Any) -> Sequence[str]:
    """Return the columns of a table of a course's questions."""
    most = max((tables.options_of(_cells(each)) for each in _all(course_id, **filters)), default=0)
    return tables.columns(max(most, FEWEST))


def rows(course_id: str, columns: Sequence[str], **filters: Any) -> Iterator[Sequence[str]]:
    """Yield a course's questions as rows."""
    for each in _all(course_id, **filters):
        cells = _cells(each)
        yield [cells.get(column, "") for column in columns]


def _all(course_id: str, **filters: Any) -> Iterator[DescribedQuestion]:
    """Yield the questions of a course that the list with these filters has."""
    part: Part | None = Part(BATCH)
    while part:
        found = questions.browse(course_id, **filters, part=part)
        yield from found.entries
        part = Part(BATCH, after=keyset.read(found.position)) if found.position else None


def _cells(question: DescribedQuestion) -> Mapping[str, str]:
    kind, key, fields = _stated(question)
    try:
        return tables.write(kind, key, fields)
    except Refused as refusal:
        # A row without a kind is refused when it is imported, so that the gap is seen.
        return {"key": key, "stem": fields["stem"], "explanation": f"{UNWRITABLE}{refusal.message}"}


def _stated(question: DescribedQuestion) -> tuple[QuestionKind, str, AuthoredQuestion]:
    key = question["key"] or str(question["_id"])
    return QuestionKind(question["kind"]), key, pick(AuthoredQuestion, question)
