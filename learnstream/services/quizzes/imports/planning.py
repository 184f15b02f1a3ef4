"""What importing a question changes: decided by its key, and by how its format states the question that is there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from learnstream.documents.question import AuthoredQuestion, QuestionKind
from learnstream.errors.questions import InvalidContent
from learnstream.services.media.imports.remarks import Invalid, Refused, Remark, remark
from learnstream.services.quizzes import kinds
from learnstream.services.quizzes.imports.drafts import Draft

# Return a question as a format states it: what two of them have in common is all that the format can say.
Statement = Callable[[QuestionKind, str, Mapping[str, Any]], Any]
# Return fields as authors may send them, with defaults; raises Invalid.
Check = Callable[[QuestionKind, Mapping[str, Any]], Mapping[str, Any]]

# The parts of contents, and by what they are known.
PARTS = {"options": "text", "pairs": "left", "items": "text"}


class Outcome(StrEnum):
    """What becomes of a question of a file."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Present:
    """A question of the course that has a draft's key."""

    id: str
    kind: QuestionKind
    archived: bool
    fields: AuthoredQuestion


@dataclass(frozen=True, slots=True)
class Change:
    """What importing a draft does; `fields` are to be stored, if it changes anything."""

    outcome: Outcome
    fields: Mapping[str, Any]
    remarks: tuple[Remark, ...] = ()


def plan(draft: Draft, present: Present | None, statement: Statement, check: Check) -> Change:
    """Return what importing a draft does to the question that has its key, if there is one."""
    try:
        return _plan(draft, present, statement, check)
    except Invalid as error:
        return _failed(draft, "invalid_question", _sentence(error.problems))
    except InvalidContent as error:
        return _failed(draft, "invalid_question", _sentence({"content": error.problem}))
    except Refused as refusal:
        return Change(Outcome.FAILED, {}, (remark(draft.place, refusal),))


def _plan(draft: Draft, present: Present | None, statement: Statement, check: Check) -> Change:
    if present is None:
        return Change(Outcome.CREATED, _checked(draft.kind, draft.fields, check), draft.warnings)
    if present.kind is not draft.kind:
        return _failed(
            draft, "other_kind", f"The question with the key {draft.key} is of another kind: {present.kind}."
        )
    before: dict[str, Any] = {**present.fields}
    content = {**before["content"], **_with_ids(draft.fields["content"], before["content"])}
    after = _checked(draft.kind, {**before, **draft.fields, "content": content}, check)
    if statement(draft.kind, draft.key, after) == statement(draft.kind, draft.key, before):
        return Change(Outcome.UNCHANGED, {}, draft.warnings)
    if present.archived:
        archived = Remark(draft.place, "archived", "The question is archived, and stays as it is.")
        return Change(Outcome.UNCHANGED, {}, (*draft.warnings, archived))
    return Change(Outcome.UPDATED, after, draft.warnings)


def _with_ids(content: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return a content whose parts have the ids of the same parts before, as answers to earlier versions name them."""
    found = dict(content)
    for name, text in PARTS.items():
        known = {part[text]: part["id"] for part in before.get(name, ())}
        if name in content:
            found[name] = [
                {**({"id": known[part[text]]} if part[text] in known else {}), **part} for part in content[name]
            ]
    return found


def _checked(kind: QuestionKind, fields: Mapping[str, Any], check: Check) -> Mapping[str, Any]:
    found = dict(check(kind, {**fields, "media": [str(each) for each in fields.get("media", ())]}))
    return {**found, "content": kinds.of(kind).complete(found["content"])}


def _failed(draft: Draft, code: str, message: str) -> Change:
    return Change(Outcome.FAILED, {}, (Remark(draft.place, code, message),))


def _sentence(problems: Any, path: tuple[str, ...] = ()) -> str:
    """Return the first message, after where it belongs: `content, options, 3, text: Must have …`."""
    if isinstance(problems, Mapping):
        name, inner = next(iter(problems.items()))
        # Parts are counted from 1 in front of people.
        return _sentence(inner, (*path, str(name + 1) if isinstance(name, int) else str(name)))
    message = problems[0] if isinstance(problems, list) else problems
    return f"{', '.join(path)}: {message}" if path else str(message)
