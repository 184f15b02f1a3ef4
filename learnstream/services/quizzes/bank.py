"""The questions of a course, as quizzes choose them: by id, or by tags."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypedDict

from bson import ObjectId

from learnstream.documents.projection import Projection
from learnstream.documents.question import Question


class BankedQuestion(TypedDict):
    """A question with the id of its current version."""

    _id: ObjectId
    version_id: ObjectId
    tags: list[str]
    archived_at: datetime | None


BANKED = Projection(Question, BankedQuestion)


@dataclass(frozen=True)
class Bank:
    """All questions of a course, by id in the order of their creation."""

    questions: dict[ObjectId, BankedQuestion]

    @cached_property
    def available(self) -> list[BankedQuestion]:
        """The questions that are not archived."""
        return [question for question in self.questions.values() if question["archived_at"] is None]

    def tagged(self, tags: Collection[str]) -> list[BankedQuestion]:
        """Return the questions that are not archived and have all of the tags."""
        wanted = set(tags)
        return [question for question in self.available if wanted.issubset(question["tags"])]


def of_course(course_id: ObjectId) -> Bank:
    """Return a course's questions. A bank of 10,000 takes 50 ms; draws may need all of it."""
    return Bank({each["_id"]: each for each in BANKED.find({"course_id": course_id}, sort=[("_id", 1)])})
