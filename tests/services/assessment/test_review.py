"""When learners see their results: the policy alone."""

from dataclasses import replace

import pytest

from learnstream.documents.quiz import Reveal
from learnstream.services.assessment.quizzes import Review
from learnstream.services.assessment.review import Stage, visible

NOW, LAST, CLOSE, NEVER = Reveal.AT_ONCE, Reveal.AFTER_LAST_ATTEMPT, Reveal.AFTER_CLOSE, Reveal.NEVER
BEGINNING, USED, CLOSED = Stage(False, False), Stage(closed=False, used=True), Stage(closed=True, used=False)


@pytest.mark.parametrize(("stage", "released"), [(BEGINNING, {NOW}), (USED, {NOW, LAST}), (CLOSED, {NOW, LAST, CLOSE})])
@pytest.mark.parametrize("part", ["score", "answers", "feedback"])
@pytest.mark.parametrize("when", [*Reveal])
def test_each_part_is_released_by_itself(part, when, stage, released):
    nothing_else = Review(score=NEVER, answers=NEVER, feedback=NEVER)

    shown = visible(replace(nothing_else, **{part: when}), stage)

    assert shown == {"score": False, "answers": False, "feedback": False} | {part: when in released}
