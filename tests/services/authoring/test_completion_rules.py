import pytest

from learnstream.documents import LessonKind
from learnstream.errors import Unprocessable
from learnstream.services.authoring import completion_rules
from learnstream.services.authoring.completion_rules import Completion, Rule

VIDEO, TEXT = LessonKind.VIDEO, LessonKind.TEXT


@pytest.mark.parametrize(
    ("kind", "stored", "found"),
    [
        (VIDEO, None, Completion(Rule.WATCHED, 0.9)),
        (VIDEO, {"rule": "watched"}, Completion(Rule.WATCHED, 0.9)),
        (VIDEO, {"rule": "watched", "threshold": 0.5}, Completion(Rule.WATCHED, 0.5)),
        (VIDEO, {"rule": "manual"}, Completion(Rule.MANUAL)),
        (TEXT, None, Completion(Rule.OPENED)),
        (TEXT, {"rule": "manual", "threshold": None}, Completion(Rule.MANUAL)),
    ],
)
def test_a_lesson_has_the_rule_its_author_chose_or_its_kinds_own(kind, stored, found):
    assert completion_rules.resolve(kind, stored) == found


@pytest.mark.parametrize(("kind", "rule"), [(VIDEO, "opened"), (TEXT, "watched")])
def test_a_rule_that_its_kind_cannot_fulfill_is_rejected(kind, rule):
    with pytest.raises(Unprocessable) as rejected:
        completion_rules.require_possible(kind, {"rule": rule})

    assert rejected.value.errors["json"]["completion"].keys() == {"rule"}
