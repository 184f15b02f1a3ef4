"""The shipped script for taking quizzes in a real browser, with an API that answers as each test says."""

import json

import pytest

from tests.browser.conftest import wait_for

# `api` is what the tests set: what is stored, and the errors that requests fail with, by their methods.
SETUP = """async ([deadline, person]) => {
  const { sendLeft, takeAttempt } = await import("/static/attempt.js");
  const api = (window.api = JSON.parse(sessionStorage.getItem("api")) ?? { state: "in_progress", stored: {}, deadline });
  Object.assign(api, { failing: api.failing ?? {}, sent: [] });
  const times = () => ({ server_time: new Date(), deadline_at: api.deadline && new Date(Date.now() + 1000 * api.deadline) });
  const questions = () => ["a", "b"].map((id) => ({ question_id: id, answer: null, seq: null, ...api.stored[id] }));
  const attempt = () => ({ id: "one", state: api.state, ...times(), questions: questions() });
  const put = ({ answers }) => {
    for (const { question_id, answer, seq } of answers)
      if (seq > (api.stored[question_id]?.seq ?? -1)) api.stored[question_id] = { answer, seq };
    const kept = answers.map(({ question_id }) => ({ question_id, seq: api.stored[question_id].seq }));
    return { kept, locked: [], digest: "", ...times() };
  };
  const call = async (method, path, body) => {
    api.sent.push([method, path, body && structuredClone(body)]);
    const failing = api.failing[method];
    if (failing?.once) delete api.failing[method];
    if (failing) throw failing.error;
    if (method === "PUT") return put(body);
    if (method === "POST") api.state = "submitted";
    return attempt();
  };
  window.addEventListener("pagehide", () => sessionStorage.setItem("api", JSON.stringify(api)));
  window.sendLeft = () => sendLeft(person, call);
  window.quiz = takeAttempt(attempt(), person, call, () => (window.changes = (window.changes ?? 0) + 1));
  await quiz.refresh();
}"""
INVALID = {"status": 422, "errors": {"json": {"answers": {"0": {"answer": ["Too long."]}}}}}
OVER = {"status": 409, "code": "attempt_over", "late": ["a"]}
PASSING = [None, {"status": 503}, {"status": 429}, {"status": 401}]


@pytest.fixture
def visit(page, server):
    """Open a page on which a person takes an attempt of two questions, `a` and `b`; earlier visits are remembered."""

    def visit(page=page, deadline=None, person=7):
        page.goto(f"{server}/dashboard")
        page.evaluate(SETUP, [deadline, person])
        return page

    return visit


def answer(page, question, value):
    page.evaluate("([question, value]) => quiz.answer(question, value)", [question, value])


def fail(page, method, error, *, once=False):
    page.evaluate("([method, error, once]) => { api.failing[method] = { error, once } }", [method, error, once])


def recover(page):
    page.evaluate("() => { api.failing = {}; return quiz.refresh() }")


def stored(page):
    return page.evaluate("Object.fromEntries(Object.entries(api.stored).map(([id, { answer }]) => [id, answer]))")


def waiting(page):
    return [json.loads(text)["answer"] for _, text in sorted(page.evaluate("Object.entries(localStorage)"))]


def puts(page):
    return page.evaluate("api.sent.filter(([method]) => method === 'PUT').map(([, , { answers }]) => answers)")


def test_answers_are_saved_with_growing_numbers_and_then_forgotten(visit):
    page = visit()
    # At once: what is kept is sent half a second later.
    page.evaluate("() => { quiz.answer('a', 'first'); quiz.answer('b', true); quiz.answer('a', 'second') }")
    assert waiting(page) == ["second", True]

    wait_for(lambda: stored(page) == {"a": "second", "b": True})
    wait_for(lambda: waiting(page) == [])
    assert [[each["question_id"] for each in answers] for answers in puts(page)] == [["b", "a"]]
    assert page.evaluate("quiz.problem") is None


@pytest.mark.parametrize("error", PASSING)
def test_answers_stay_until_the_network_is_back(visit, error):
    page = visit()
    fail(page, "PUT", error)
    answer(page, "a", "typed")

    wait_for(lambda: page.evaluate("quiz.problem") is not None)
    assert (waiting(page), page.evaluate("quiz.unsaved.length")) == (["typed"], 1)
    recover(page)
    assert (stored(page), waiting(page), page.evaluate("quiz.problem")) == ({"a": "typed"}, [], None)


def test_answers_that_were_not_sent_outlast_a_reload(visit):
    page = visit()
    fail(page, "PUT", None)
    answer(page, "a", "typed")
    wait_for(lambda: page.evaluate("quiz.problem") is not None)

    visit()
    assert page.evaluate("quiz.answers") == {"a": "typed", "b": None}
    recover(page)
    answer(page, "a", "later")
    wait_for(lambda: stored(page) == {"a": "later"})


def test_an_answer_without_room_in_the_browser_is_sent_all_the_same(visit):
    page = visit()
    page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') } }"
    )
    answer(page, "a", "typed")

    wait_for(lambda: stored(page) == {"a": "typed"})
    wait_for(lambda: page.evaluate("quiz.unsaved.length") == 0)


def test_an_invalid_answer_does_not_keep_the_others(visit):
    page = visit()
    fail(page, "PUT", INVALID, once=True)
    page.evaluate("() => { quiz.answer('a', 'long'); quiz.answer('b', true) }")

    wait_for(lambda: stored(page) == {"b": True})
    assert (page.evaluate("quiz.refused"), waiting(page)) == ({"a": "Too long."}, ["long"])
    answer(page, "a", "short")
    wait_for(lambda: stored(page) == {"a": "short", "b": True})
    assert page.evaluate("quiz.refused") == {}


def test_an_answer_that_is_mended_while_it_is_refused_is_sent(visit):
    page = visit()
    fail(page, "PUT", INVALID, once=True)
    page.evaluate("() => { quiz.answer('a', 'long'); quiz.refresh(); quiz.answer('a', 'short') }")

    wait_for(lambda: stored(page) == {"a": "short"})
    assert page.evaluate("quiz.refused") == {}


def test_many_long_answers_are_sent_in_several_requests(visit):
    page = visit()
    fail(page, "PUT", None)
    answer(page, "a", "x" * 80_000)
    answer(page, "b", "y" * 80_000)
    recover(page)

    assert [len(answers) for answers in puts(page)][-2:] == [1, 1]
    assert {question: len(text) for question, text in stored(page).items()} == {"a": 80_000, "b": 80_000}


def test_two_tabs_show_and_number_answers_together(visit):
    one = visit()
    other = visit(one.context.new_page())
    fail(one, "PUT", None)
    answer(one, "a", "one")
    answer(one, "a", "two")
    wait_for(lambda: other.evaluate("quiz.answers.a") == "two")

    answer(other, "a", "three")
    wait_for(lambda: one.evaluate("quiz.answers.a") == "three")
    wait_for(lambda: puts(other))
    assert [each["seq"] for each in puts(other)[0]] == [3]


def test_an_answer_of_another_device_is_shown_on_return(visit):
    page = visit()
    page.evaluate("() => { api.stored.a = { answer: 'phone', seq: 9 }; dispatchEvent(new Event('focus')) }")
    wait_for(lambda: page.evaluate("quiz.answers.a") == "phone")

    answer(page, "a", "laptop")
    wait_for(lambda: stored(page) == {"a": "laptop"})


def test_an_answer_that_was_not_kept_is_replaced_by_the_stored_one(visit):
    page = visit()
    page.evaluate("() => { api.stored.a = { answer: 'phone', seq: 9 } }")
    answer(page, "a", "laptop")

    wait_for(lambda: page.evaluate("quiz.answers.a") == "phone")
    assert waiting(page) == []


def test_submitting_saves_first_and_waits_for_the_network(visit):
    page = visit()
    fail(page, "PUT", None)
    answer(page, "a", "typed")
    page.evaluate("quiz.submit()")
    assert page.evaluate("[quiz.isOver, quiz.ending]") == [False, "learner"]

    recover(page)
    assert (stored(page), page.evaluate("quiz.isOver")) == ({"a": "typed"}, True)


def test_it_is_submitted_when_its_time_is_over(visit):
    page = visit(deadline=1)
    page.evaluate("() => { api.deadline = -1; quiz.answer('a', 'typed') }")

    wait_for(lambda: page.evaluate("quiz.isOver"))
    assert (stored(page), page.evaluate("quiz.ending")) == ({"a": "typed"}, "clock")


def test_a_moved_end_is_noticed_before_it_is_submitted(visit):
    page = visit(deadline=1)
    page.evaluate("() => { api.deadline = 600 }")

    wait_for(lambda: page.evaluate("quiz.timeLeft > 500"))
    wait_for(lambda: page.evaluate("quiz.ending") is None)
    assert page.evaluate("[api.state, quiz.isOver]") == ["in_progress", False]


def test_answers_after_the_end_are_handed_over_once(visit):
    page = visit()
    fail(page, "PUT", OVER)
    page.evaluate("() => { api.state = 'submitted' }")
    answer(page, "a", "late")

    wait_for(lambda: page.evaluate("quiz.isOver"))
    assert (page.evaluate("quiz.late"), waiting(page), len(puts(page))) == (["a"], [], 1)


def test_a_later_visit_sends_what_is_left_of_its_own_person(visit):
    page = visit()
    fail(page, "PUT", None)
    answer(page, "a", "typed")
    wait_for(lambda: page.evaluate("quiz.problem") is not None)
    page.evaluate("quiz.stop()")

    visit(person=77)
    page.evaluate("() => { api.failing = {} }")
    assert page.evaluate("sendLeft()") == []
    assert (puts(page), waiting(page)) == ([], ["typed"])

    fail(page, "PUT", OVER)
    page.evaluate("() => { api.state = 'submitted' }")
    visit()
    assert page.evaluate("sendLeft()") == ["one"]
    assert waiting(page) == []
