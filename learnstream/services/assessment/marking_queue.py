"""The answers of a course that await marking by hand, oldest attempts first."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, TypedDict

from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Attempt
from learnstream.documents.attempt import Answer, Claim, Item, Mark
from learnstream.documents.projection import Projection
from learnstream.services.accounts import names
from learnstream.services.assessment import claims, corrections
from learnstream.services.enrollment import accommodated
from learnstream.services.quizzes import presentation, questions
from learnstream.services.quizzes.version import Version
from learnstream.stores import keyset
from learnstream.stores.keyset import Found, Part
from learnstream.stores.mongo import Expression

BATCH = 50  # attempts


class AwaitingAttempt(TypedDict):
    """An attempt with answers that await marking."""

    _id: ObjectId
    user_id: int
    lesson_id: ObjectId
    number: int
    submitted_at: datetime | None
    items: list[Item]
    salt: bytes
    answers: dict[str, Answer]
    marks: dict[str, Mark]
    claims: dict[str, Claim]


class Entry(NamedTuple):
    """An answer that awaits marking: the place of its question in the attempt counts from 0."""

    attempt: AwaitingAttempt
    place: int

    @property
    def position(self) -> tuple[ObjectId, int]:
        return self.attempt["_id"], self.place

    @property
    def item(self) -> Item:
        return self.attempt["items"][self.place]

    @property
    def question_id(self) -> str:
        return str(self.item["question_id"])

    @property
    def claim(self) -> Claim | None:
        return self.attempt["claims"].get(self.question_id)


class Shown(TypedDict):
    """An answer that awaits marking, as those who mark it see it, with the ids of its attempt.

    `revision` identifies its state; `claimed_by` and `claimed_until` are None unless somebody is marking it.
    """

    attempt_id: str
    lesson_id: str
    user_id: int
    name: str | None
    number: int
    submitted_at: datetime | None
    question_id: str
    stem: str
    rubric: str | None
    answer: Any
    max_points: float
    revision: int
    claimed_by: int | None
    claimed_until: datetime | None


AWAITING = Projection(Attempt, AwaitingAttempt)


def browse(course_id: str, *, part: Part, **filters: Any) -> Found[Shown]:
    """Return a part of a course's queue. `filters` are those of `matching`."""
    wanted = matching(course_id, **filters)
    if part.after:
        wanted["_id"] = {"$gte": part.after[0]}
    # The first attempt may have had its last entry in the part before.
    found = AWAITING.find(wanted, sort=[("_id", 1)], limit=part.look + 1)
    entries = [each for each in _entries(found, filters) if part.after is None or each.position > part.after]
    cut = keyset.cut(entries[: part.look], lambda each: each.position, part, None)
    return cut.showing(_shown_all(cut.entries))


def matching(
    course_id: str, *, lesson_id: str | None = None, question_id: str | None = None, group_id: int | None = None
) -> Expression:
    """Return the filter for attempts with answers that await marking.

    group_id: only those of the group's present members.
    """
    wanted: Expression = {"course_id": ObjectId(course_id), "awaiting": {"$gt": 0}, "voided_at": None}
    if lesson_id:
        wanted["lesson_id"] = ObjectId(lesson_id)
    if question_id:
        wanted |= {"items.question_id": ObjectId(question_id), f"marks.{question_id}": None}
    if group_id is not None:
        wanted["user_id"] = {"$in": [*accommodated.members(group_id)]}
    return wanted


def claim(course_id: str, *, by: int, count: int, **filters: Any) -> list[Shown]:
    """Claim answers for a user: those they have claimed before, and then the oldest that nobody else has.

    Repeating it claims the same answers until they are marked. `filters` are those of `matching`.

    count: how many answers they have then, at most.
    """
    wanted, moment = matching(course_id, **filters), now()
    mine = [each for each in _entries(_claimed(wanted), filters) if _is_mine(each, by, moment)]
    claimed = islice(_claim_each([mine, _free(wanted, filters, by, moment)], by, moment), count)
    return _shown_all([*claimed])


def _claimed(wanted: Expression) -> list[AwaitingAttempt]:
    return AWAITING.find(wanted | {"claims": {"$gt": {}}}, sort=[("_id", 1)])


def _is_mine(entry: Entry, by: int, at: datetime) -> bool:
    return entry.claim is not None and entry.claim["by"] == by and claims.is_held(entry.claim, at)


def _free(wanted: Expression, filters: Expression, by: int, at: datetime) -> Iterator[Entry]:
    for batch in AWAITING.batches(wanted, BATCH, sort=[("_id", 1)]):
        for entry in _entries(batch, filters):
            if not _is_mine(entry, by, at) and not claims.is_claimed(entry.claim, by_others_than=by, at=at):
                yield entry


def _claim_each(candidates: Iterable[Iterable[Entry]], by: int, at: datetime) -> Iterator[Entry]:
    for entries in candidates:
        for entry in entries:
            if claimed := claims.claim(entry.attempt["_id"], entry.question_id, by=by, at=at):
                entry.attempt["claims"][entry.question_id] = claimed
                yield entry


def _entries(found: Iterable[AwaitingAttempt], filters: Expression) -> Iterator[Entry]:
    only = filters.get("question_id")
    for attempt in found:
        for place, item in enumerate(attempt["items"]):
            question_id = str(item["question_id"])
            if question_id not in attempt["marks"] and only in (None, question_id):
                yield Entry(attempt, place)


def _shown_all(entries: Sequence[Entry]) -> list[Shown]:
    learners = names.of({each.attempt["user_id"] for each in entries})
    versions, moment = questions.versions([str(each.item["version_id"]) for each in entries]), now()
    return [
        {
            **_shown(each, versions[str(each.item["version_id"])], moment),
            "name": learners.get(each.attempt["user_id"]),
        }
        for each in entries
    ]


def _shown(entry: Entry, version: Version, at: datetime) -> Shown:
    attempt, given = entry.attempt, entry.attempt["answers"].get(entry.question_id)
    claim = entry.claim if claims.is_held(entry.claim, at) else None
    return {
        "attempt_id": str(attempt["_id"]),
        "lesson_id": str(attempt["lesson_id"]),
        "user_id": attempt["user_id"],
        "name": None,
        "number": attempt["number"],
        "submitted_at": attempt["submitted_at"],
        "question_id": entry.question_id,
        "stem": version.stem,
        "rubric": version.content.get("rubric"),
        "answer": presentation.localized(version, given["answer"], attempt["salt"]) if given else None,
        "max_points": float(entry.item["points"].to_decimal()),
        "revision": corrections.revision_of(None),
        "claimed_by": claim and claim["by"],
        "claimed_until": claim and claim["until"],
    }
