"""What learners see of questions, and what they send as answers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learnstream.errors.questions import InvalidAnswer
from learnstream.services.quizzes import presentation
from learnstream.services.quizzes.marking import mark
from tests.services.quizzes import versions
from tests.services.quizzes.versions import version

SALT, OTHER = b"s" * 16, b"t" * 16
SALTS = st.binary(min_size=1, max_size=64)
QUESTIONS = st.sampled_from(versions.ALL)
# A canonical answer to each question that says something.
ANSWERS = {
    "single_choice": "a",
    "multiple_choice": ["a", "b"],
    "true_false": False,
    "short_text": " Saturn",
    "numeric": "3,45",
    "matching": {"it": "it", "fr": "distractor-0"},
    "ordering": ["4", "1", "2"],
    "cloze": {"who": "moon", "rings": "none"},
    "essay": "Because.",
}
# All that a learner sees.
SHOWN = {
    "single_choice": {"options": [{"id", "text"}]},
    "multiple_choice": {"options": [{"id", "text"}]},
    "true_false": {},
    "short_text": {},
    "numeric": {},
    "matching": {"pairs": [{"id", "left"}], "rights": [{"id", "text"}]},
    "ordering": {"items": [{"id", "text"}]},
    "cloze": {"text": None, "blanks": [{"id", "kind"}, {"id", "kind", "options"}]},
    "essay": {"max_length": None},
}


def show(question, salt=SALT, *, shuffle=True):
    return presentation.show(question, salt, shuffle=shuffle)


@pytest.mark.parametrize("question", versions.ALL, ids=lambda each: each.kind)
def test_a_learner_sees_what_is_asked_and_nothing_else(question):
    shown = show(question)

    assert {name: shown.pop(name) for name in ("kind", "stem", "media")} == {
        "kind": question.kind,
        "stem": "Which?",
        "media": [],
    }
    expected = SHOWN[question.kind]
    assert shown.keys() == expected.keys()
    for name, shapes in expected.items():
        assert shapes is None or all(set(each) in shapes for each in shown[name])


@pytest.mark.parametrize("question", versions.ALL, ids=lambda each: each.kind)
def test_nothing_of_the_key_is_in_what_a_learner_sees(question):
    shown = json.dumps(show(question))

    for secret in ("correct", "feedback", "about", "share", "weight", "tolerance", "exact", "rubric", "Because"):
        assert secret not in shown
    for value in ("Jupiter", "Saturn", "planet}}", "3.5", "arguments", "distractor"):
        assert value not in shown


@given(QUESTIONS, SALTS)
def test_ids_are_those_of_one_attempt(question, salt):
    assert show(question, salt) == show(question, salt)
    ids, others = _ids(show(question, salt)), _ids(show(question, salt + b"x" if len(salt) < 64 else salt[:-1]))
    assert len(ids) == len(set(ids))
    assert not set(ids) & set(others)
    assert not set(ids) & {"a", "b", "c", "d", "it", "pe", "fr", "who", "many", "rings"}


def _ids(part):
    found = [part["id"]] if isinstance(part, dict) and "id" in part else []
    below = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return found + [each for one in below for each in _ids(one)]


def test_the_order_is_the_authors_unless_options_are_shuffled():
    assert [option["text"] for option in show(versions.MULTIPLE, shuffle=False)["options"]] == ["A", "B", "C", "D"]
    orders = {tuple(option["text"] for option in show(versions.MULTIPLE, bytes([n]))["options"]) for n in range(200)}
    assert len(orders) == 24


@pytest.mark.parametrize("shuffle", [True, False])
def test_the_order_never_shows_what_belongs_together(shuffle):
    matchings = [show(versions.MATCHING, bytes([n]), shuffle=shuffle) for n in range(100)]
    orderings = [show(versions.ORDERING, bytes([n]), shuffle=shuffle) for n in range(200)]

    assert len({tuple(each["text"] for each in shown["rights"]) for shown in matchings}) == 6
    assert len({tuple(each["text"] for each in shown["items"]) for shown in orderings}) == 24


def test_equal_right_sides_are_shown_once():
    assert sorted(each["text"] for each in show(versions.MATCHING)["rights"]) == ["America", "Asia", "Europe"]


@given(QUESTIONS, SALTS)
def test_an_answer_is_read_as_it_was_sent(question, salt):
    canonical = ANSWERS[question.kind]
    sent = presentation.localized(question, canonical, salt)

    assert presentation.canonical(question, sent, salt) == canonical
    assert presentation.localized(question, presentation.canonical(question, sent, salt), salt) == sent
    assert json.loads(json.dumps(sent)) == sent


@given(QUESTIONS, SALTS)
def test_the_revealed_answer_is_right(question, salt):
    right = presentation.reveal(question, None, salt, answers=True, feedback=False)["right"]

    if question.kind == "essay":
        assert right is None
    else:
        assert mark(question, presentation.canonical(question, right, salt)).share == 1


@pytest.mark.parametrize("question", versions.ALL, ids=lambda each: each.kind)
def test_a_blank_answer_is_no_error(question):
    assert presentation.canonical(question, None, SALT) is None
    assert presentation.localized(question, None, SALT) is None
    assert presentation.reveal(question, None, SALT, answers=False, feedback=True) == {"feedback": []}


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["a", "it", "who"]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=5), below, max_size=3),
    max_leaves=6,
)


@given(QUESTIONS, JUNK)
def test_whatever_is_sent_is_an_answer_or_named_as_none(question, junk):
    canonical = _canonical_or_error(question, junk)

    if isinstance(canonical, InvalidAnswer):
        assert canonical.errors["json"]["answer"]
    else:
        share = mark(question, canonical).share
        assert share is None or 0 <= share <= 1


def _canonical_or_error(question, sent):
    try:
        return presentation.canonical(question, sent, SALT)
    except InvalidAnswer as error:
        return error


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (versions.SINGLE, "b"),
        (versions.SINGLE, ["b"]),
        (versions.TRUE_FALSE, "true"),
        (versions.TRUE_FALSE, 1),
        (versions.MULTIPLE, "a"),
        (versions.MULTIPLE, ["a"]),
        (versions.SHORT_TEXT, 5),
        (versions.SHORT_TEXT, "x" * 1001),
        (versions.SHORT_TEXT, "\x00"),
        (versions.SHORT_TEXT, "\ud800"),
        (versions.NUMERIC, True),
        (versions.NUMERIC, [1]),
        (versions.NUMERIC, 10**70),
        (versions.NUMERIC, float("inf")),  # 1e400 in JSON
        (versions.MATCHING, ["it"]),
        (versions.MATCHING, {"it": "it"}),
        (versions.MATCHING, {"it": None}),
        (versions.ORDERING, {"1": "2"}),
        (versions.CLOZE, "planet"),
        (versions.CLOZE, {"who": "planet"}),
        (versions.ESSAY, "x" * 51),
    ],
)
def test_what_is_no_answer_is_named(question, answer):
    with pytest.raises(InvalidAnswer) as raised:
        presentation.check(question, answer, SALT)

    assert list(raised.value.errors["json"]) == ["answer"]


def test_an_option_cannot_be_chosen_twice():
    [first, *_] = show(versions.MULTIPLE)["options"]

    with pytest.raises(InvalidAnswer):
        presentation.check(versions.MULTIPLE, [first["id"], first["id"]], SALT)


def test_ids_of_another_attempt_are_unknown():
    [foreign, *_] = show(versions.SINGLE, OTHER)["options"]

    with pytest.raises(InvalidAnswer):
        presentation.check(versions.SINGLE, foreign["id"], SALT)


def test_an_error_leads_to_its_part():
    blanks = {blank["kind"]: blank["id"] for blank in show(versions.CLOZE)["blanks"]}

    with pytest.raises(InvalidAnswer) as raised:
        presentation.check(versions.CLOZE, {blanks["numeric"]: 1, blanks["short_text"]: 1}, SALT)

    nested = raised.value.under("answers", 3)
    assert nested.errors["json"] == {"answers": {3: {"answer": {blanks["short_text"]: ["Must be a text."]}}}}


@pytest.mark.parametrize(
    ("question", "answer", "texts"),
    [
        (versions.SINGLE, "a", ["about a"]),
        (versions.MULTIPLE, ["a", "d"], ["about a", "about d"]),
        (versions.TRUE_FALSE, False, ["No: it is."]),
        (versions.SHORT_TEXT, "SATURN", ["Nearly."]),
        (versions.SHORT_TEXT, "Mars", []),
        (versions.NUMERIC, "1", ["Metres."]),
        (versions.CLOZE, {"who": "planet", "rings": "none"}, ["Right.", "about none"]),
        (versions.MATCHING, {"it": "it"}, []),
        (versions.ESSAY, "x", []),
    ],
)
def test_feedback_is_on_what_was_answered(question, answer, texts):
    shown = presentation.reveal(question, answer, SALT, answers=False, feedback=True)

    assert [each["text"] for each in shown["feedback"]] == texts
    assert shown.keys() == {"feedback"}


def test_nothing_is_revealed_without_permission():
    assert presentation.reveal(versions.SINGLE, "a", SALT, answers=False, feedback=False) == {}
    assert presentation.reveal(versions.SINGLE, "a", SALT, answers=True, feedback=False).keys() == {
        "right",
        "explanation",
    }


def test_a_marker_in_a_learner_s_text_is_that_of_its_blank():
    shown = show(versions.CLOZE)

    assert all(f"{{{{{blank['id']}}}}}" in shown["text"] for blank in shown["blanks"])


def test_blanks_with_equal_options_have_other_ids():
    choice = {"kind": "single_choice", "weight": "1", "options": versions.options("a", "b", correct={"a"})}
    question = version("cloze", text="{{x}} {{y}}", blanks=[{"id": each, **choice} for each in "xy"])

    ids = _ids(show(question)["blanks"])

    assert len(set(ids)) == 6


@pytest.mark.parametrize(
    ("kind", "content", "answer"),
    [
        ("single_choice", {"options": [{"text": "a", "correct": True}, {"text": "b", "correct": False}]}, "1"),
        ("multiple_choice", {"options": [{"text": "a", "correct": True}, {"text": "b", "correct": False}]}, ["1"]),
        ("true_false", {"correct": False}, False),
        ("short_text", {"accepted": [{"text": "Moon"}]}, "moon"),
        ("numeric", {"value": "3"}, "3"),
        ("matching", {"pairs": [{"left": each, "right": each} for each in "ab"]}, {"1": "1", "2": "2"}),
        ("ordering", {"items": [{"text": each} for each in "ab"]}, ["1", "2"]),
        ("cloze", {"text": "{{x}}", "blanks": [{"id": "x", "kind": "numeric", "value": "3"}]}, {"x": "3"}),
        ("essay", {}, None),
    ],
)
def test_a_content_may_leave_out_what_has_a_default(kind, content, answer):
    question = version(kind, **content)

    show(question)
    presentation.reveal(question, answer, SALT, answers=True, feedback=True)
    assert mark(question, answer).share == (0 if answer is None else 1)


@pytest.mark.parametrize("question", [versions.MULTIPLE, versions.MATCHING, versions.ORDERING, versions.CLOZE])
def test_more_ids_than_the_question_has_are_one_error(question):
    many = [str(number) for number in range(1000)]
    answer = many if question in (versions.MULTIPLE, versions.ORDERING) else dict.fromkeys(many)

    with pytest.raises(InvalidAnswer) as raised:
        presentation.check(question, answer, SALT)

    [message] = raised.value.problem
    assert message.startswith("Must have at most")
