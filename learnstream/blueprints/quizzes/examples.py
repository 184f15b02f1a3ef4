"""Examples of questions, and of the errors that name their fields."""

from learnstream.errors.questions import InvalidContent, InvalidMedia
from learnstream.schemas.quizzes.question import QuestionSchema
from learnstream.web import cast
from learnstream.web.openapi_examples import example_of

QUESTION = example_of(QuestionSchema())
QUESTION_CHANGE = {"stem": f"{cast.QUESTION_STEM} Choose one.", "tags": ["planets", "solar system"]}
CHANGED_QUESTION = QUESTION | QUESTION_CHANGE | {"number": 2}
BAD_CONTENT = InvalidContent({"options": ["Exactly one option must be correct."]})
UNKNOWN_MEDIA = InvalidMedia({"0": ["The file does not exist."]})
