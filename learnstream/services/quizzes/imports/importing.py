"""Importing a file's questions, one after the other. Each stands alone, and importing it again changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from bson import ObjectId

from learnstream.documents.projection import pick
from learnstream.documents.question import AuthoredQuestion, QuestionKind, StoredQuestion
from learnstream.errors.authoring import EditConflict
from learnstream.errors.questions import NoSuchQuestion, QuestionKeyTaken, TooManyQuestions
from learnstream.models.question_import import QuestionFormat
from learnstream.services.media.imports.remarks import Remark
from learnstream.services.quizzes import questions
from learnstream.services.quizzes.imports import gift, planning, tables
from learnstream.services.quizzes.imports.drafts import Draft
from learnstream.services.quizzes.imports.planning import Change, Check, Outcome, Present

ROUNDS = 3  # tries of a question that others change at the same time


@dataclass(frozen=True, slots=True)
class Target:
    """The course that questions are imported into, in which format, by whom, and whether anything is changed."""

    course_id: str
    source: QuestionFormat
    by: int
    dry_run: bool
    check: Check


def take(entry: Draft | Remark, target: Target) -> Change:
    """Import a question of a file; return what became of it."""
    if isinstance(entry, Remark):
        return Change(Outcome.FAILED, {}, (entry,))
    for _ in range(ROUNDS):
        try:
            return _take(entry, target)
        except (EditConflict, QuestionKeyTaken, NoSuchQuestion):
            continue  # others have changed the question meanwhile
        except TooManyQuestions as error:
            return Change(Outcome.FAILED, {}, (Remark(entry.place, error.code, error.detail),))
    message = "Others kept changing the question at the same time. Import the file again."
    return Change(Outcome.FAILED, {}, (Remark(entry.place, "contended", message),))


def _take(draft: Draft, target: Target) -> Change:
    found = _find(target.course_id, draft.key)
    change = planning.plan(draft, _present(found), STATEMENTS[target.source], target.check)
    if target.dry_run:
        return change
    if change.outcome is Outcome.CREATED:
        questions.create(
            course_id=target.course_id, created_by=target.by, kind=draft.kind, key=draft.key, **change.fields
        )
    elif change.outcome is Outcome.UPDATED and found:
        questions.change(
            question_id=str(found["_id"]), changes=change.fields, changed_by=target.by, expect=(found["revision"],)
        )
    return change


def _find(course_id: str, key: str) -> StoredQuestion | None:
    """Return the question with a key; one that has none is exported with its id as its key."""
    of_course = {"course_id": ObjectId(course_id)}
    found = questions.STORED.find_one({**of_course, "key": key})
    if found is None and ObjectId.is_valid(key):
        found = questions.STORED.find_one({**of_course, "_id": ObjectId(key), "key": None})
    return found


def _present(found: StoredQuestion | None) -> Present | None:
    if found is None:
        return None
    fields = pick(AuthoredQuestion, questions.describe(found))
    return Present(str(found["_id"]), QuestionKind(found["kind"]), bool(found["archived_at"]), fields)


STATEMENTS: Mapping[QuestionFormat, planning.Statement] = {
    QuestionFormat.CSV: tables.write,
    QuestionFormat.XLSX: tables.write,
    QuestionFormat.GIFT: gift.write,
}
