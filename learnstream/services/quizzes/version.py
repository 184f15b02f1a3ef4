"""A version of a question as marking, presentation and attempts need it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from learnstream.documents.question import QuestionKind

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """The facts of an immutable version of a question. All processes share them, so `content` must not be changed."""

    id: str
    question_id: str
    course_id: str
    number: int
    kind: QuestionKind
    stem: str
    media: tuple[str, ...]
    explanation: str
    tags: tuple[str, ...]
    content: Content
