"""The kinds of questions: for each, its content, what learners see of it, its answers, and their marking."""

from learnstream.documents.question import QuestionKind
from learnstream.services.quizzes.kinds.base import BLANK, Answer, Kind, Marked
from learnstream.services.quizzes.kinds.cloze import Cloze
from learnstream.services.quizzes.kinds.essay import Essay
from learnstream.services.quizzes.kinds.matching import Matching
from learnstream.services.quizzes.kinds.multiple_choice import MultipleChoice
from learnstream.services.quizzes.kinds.numeric import Numeric
from learnstream.services.quizzes.kinds.ordering import Ordering
from learnstream.services.quizzes.kinds.short_text import ShortText
from learnstream.services.quizzes.kinds.single_choice import SingleChoice
from learnstream.services.quizzes.kinds.true_false import TrueFalse

__all__ = ["BLANK", "Answer", "Kind", "Marked", "of"]

KINDS: dict[QuestionKind, Kind] = {
    QuestionKind.SINGLE_CHOICE: SingleChoice(),
    QuestionKind.TRUE_FALSE: TrueFalse(),
    QuestionKind.MULTIPLE_CHOICE: MultipleChoice(),
    QuestionKind.SHORT_TEXT: ShortText(),
    QuestionKind.NUMERIC: Numeric(),
    QuestionKind.MATCHING: Matching(),
    QuestionKind.ORDERING: Ordering(),
    QuestionKind.CLOZE: Cloze(),
    QuestionKind.ESSAY: Essay(),
}


def of(kind: QuestionKind) -> Kind:
    """Return the functions of a kind."""
    return KINDS[kind]
