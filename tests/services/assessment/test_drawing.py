"""The questions of an attempt."""

from decimal import Decimal
from types import SimpleNamespace

from learnstream.services.assessment import drawing
from learnstream.services.assessment.quizzes import Draw, Fixed, Section

POINT = Decimal(1)


def fixed(*names, shuffle=False):
    return Section("", shuffle, tuple(Fixed(name, f"{name} v1", POINT) for name in names), None)


def draw(count, *names):
    return Section("", False, (), Draw(count, POINT, tuple((name, f"{name} v1") for name in names)))


def drawn(*sections, seen=()):
    found = drawing.draw(SimpleNamespace(sections=sections), seen)
    return [question.question_id for _, question in found]


def test_questions_stand_in_the_order_of_their_sections():
    assert drawn(fixed("b", "a"), fixed("c")) == ["b", "a", "c"]


def test_a_shuffled_section_keeps_its_place():
    orders = {tuple(drawn(fixed("a", "b", "c", shuffle=True), fixed("d"))) for _ in range(100)}

    assert len(orders) > 1
    assert all(order[3] == "d" and set(order) == {*"abcd"} for order in orders)


def test_draws_differ_and_never_repeat_a_question_of_the_attempt():
    quiz = (draw(2, *"abcde"), fixed("a"), draw(2, *"abcde"))

    attempts = [drawn(*quiz) for _ in range(100)]

    assert all(len(set(attempt)) == 5 for attempt in attempts)
    assert len({tuple(attempt) for attempt in attempts}) > 1


def test_a_draw_prefers_questions_that_the_learner_has_not_seen():
    assert all(set(drawn(draw(2, *"abcd"), seen={"a", "b"})) == {"c", "d"} for _ in range(20))
    assert all("d" in drawn(draw(2, *"abcd"), seen={"a", "b", "c"}) for _ in range(20))


def test_a_drawn_question_knows_its_section_and_version():
    [(section, question)] = drawing.draw(SimpleNamespace(sections=[fixed(), draw(1, "a")]))

    assert (section, question) == (1, Fixed("a", "a v1", POINT))
