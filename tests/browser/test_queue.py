"""The shipped queue in a real browser, with answers of all kinds: what it keeps and what it lets go."""

import pytest

SETUP = """async ([answers, person]) => {
  const { queue } = await import("/static/heartbeat-queue.js");
  window.sent = [];
  window.answers = answers;
  window.report = queue(person, async (lessonId, { seq }) => {
    sent.push([lessonId, seq]);
    return window.answers[seq] ?? null;
  });
  report.stop();
}"""
CREDITED = {"accepted": [], "rejected": []}


def refused(status, retry):
    return {"status": status, "retry": retry}


def partly(*words):
    return {"rejected": [{"reason": "over_budget", "retry": word} for word in words]}


@pytest.fixture
def visit(page, server):
    """Open a page on which a person's queue is answered as given, by `seq`; what was stored stays."""

    def visit(answers, person=7):
        page.goto(f"{server}/dashboard")
        page.evaluate(SETUP, [answers, person])

    return visit


@pytest.fixture
def report(page):
    """Report heartbeats of these numbers, or none; returns what has been sent meanwhile."""

    def report(*seqs, viewing_id="7-a"):
        for seq in seqs:
            page.evaluate("([viewing_id, seq]) => report('lesson', { viewing_id, seq })", [viewing_id, seq])
        if not seqs:
            page.evaluate("() => report()")
        return page.evaluate("() => sent.splice(0).map(([, seq]) => seq)")

    return report


@pytest.fixture
def stored(page):
    return lambda: sorted(page.evaluate("() => Object.keys(localStorage)"))


def test_what_is_credited_or_never_will_be_is_let_go(visit, report, stored):
    visit({0: CREDITED, 1: refused(422, "never"), 2: partly("never")})

    assert report(0, 1, 2) == [0, 1, 2]
    assert stored() == []


@pytest.mark.parametrize("answer", [None, refused(503, "later"), refused(429, "later"), refused(401, "after_access")])
def test_nothing_else_is_sent_while_nothing_is_taken(visit, report, stored, answer):
    visit({0: answer, 1: answer})

    assert report(0, 1) == [0, 0]
    assert stored() == ["heartbeat 7 7-a 0", "heartbeat 7 7-a 1"]


def test_what_is_over_budget_is_sent_until_it_is_credited_and_holds_nothing_up(page, visit, report, stored):
    visit({0: partly("later"), 1: CREDITED, 2: refused(409, "later")})

    assert report(0, 2, 1) == [0, 0, 2, 0, 1, 2]
    assert stored() == ["heartbeat 7 7-a 0", "heartbeat 7 7-a 2"]
    page.evaluate("answer => { answers[0] = answers[2] = answer }", CREDITED)
    assert report() == [0, 2]
    assert stored() == []


def test_what_waits_for_access_is_tried_once_a_visit(visit, report, stored):
    visit({0: refused(403, "after_access"), 1: partly("after_access")})
    assert report(0, 1) == [0, 1]
    assert report() == []

    visit({0: CREDITED, 1: CREDITED})
    assert report() == [0, 1]
    assert stored() == []


def test_nobodys_heartbeats_are_sent_by_another(visit, report, stored):
    visit({0: None})
    report(0)

    visit({0: CREDITED}, person=77)
    assert report() == []

    visit({0: CREDITED})
    assert report() == [0]


def test_a_player_of_the_former_name_keeps_its_viewings_apart(page, visit, stored):
    visit({0: None})
    for session_id in ("7-a", "7-b"):
        page.evaluate("session_id => report('lesson', { session_id, seq: 0 })", session_id)

    assert stored() == ["heartbeat 7 7-a 0", "heartbeat 7 7-b 0"]


def test_viewings_of_one_lesson_do_not_mix(visit, report, stored):
    visit({0: None})
    report(0)
    report(0, viewing_id="7-b")

    assert stored() == ["heartbeat 7 7-a 0", "heartbeat 7 7-b 0"]
