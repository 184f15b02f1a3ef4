"""The shipped queue in a real browser, with all kinds of responses: the heartbeats it keeps and those it drops."""

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


def error_response(status, retry):
    return {"status": status, "retry": retry}


def partial_response(*words):
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


def test_credited_and_finally_rejected_heartbeats_are_dropped(visit, report, stored):
    visit({0: CREDITED, 1: error_response(422, "never"), 2: partial_response("never")})

    assert report(0, 1, 2) == [0, 1, 2]
    assert stored() == []


@pytest.mark.parametrize(
    "response", [None, error_response(503, "later"), error_response(429, "later"), error_response(401, "after_access")]
)
def test_sending_pauses_while_reports_are_rejected(visit, report, stored, response):
    visit({0: response, 1: response})

    assert report(0, 1) == [0, 0]
    assert stored() == ["heartbeat 7 7-a 0", "heartbeat 7 7-a 1"]


def test_heartbeats_over_budget_are_retried_without_blocking_others(page, visit, report, stored):
    visit({0: partial_response("later"), 1: CREDITED, 2: error_response(409, "later")})

    assert report(0, 2, 1) == [0, 0, 2, 0, 1, 2]
    assert stored() == ["heartbeat 7 7-a 0", "heartbeat 7 7-a 2"]
    page.evaluate("answer => { answers[0] = answers[2] = answer }", CREDITED)
    assert report() == [0, 2]
    assert stored() == []


def test_heartbeats_without_access_are_retried_once_per_visit(visit, report, stored):
    visit({0: error_response(403, "after_access"), 1: partial_response("after_access")})
    assert report(0, 1) == [0, 1]
    assert report() == []

    visit({0: CREDITED, 1: CREDITED})
    assert report() == [0, 1]
    assert stored() == []


def test_heartbeats_are_sent_only_by_their_user(visit, report, stored):
    visit({0: None})
    report(0)

    visit({0: CREDITED}, person=77)
    assert report() == []

    visit({0: CREDITED})
    assert report() == [0]


def test_a_player_with_session_id_separates_viewings(page, visit, stored):
    visit({0: None})
    for session_id in ("7-a", "7-b"):
        page.evaluate("session_id => report('lesson', { session_id, seq: 0 })", session_id)

    assert stored() == ["heartbeat 7 7-a 0", "heartbeat 7 7-b 0"]


def test_viewings_of_one_lesson_are_separate(visit, report, stored):
    visit({0: None})
    report(0)
    report(0, viewing_id="7-b")

    assert stored() == ["heartbeat 7 7-a 0", "heartbeat 7 7-b 0"]
