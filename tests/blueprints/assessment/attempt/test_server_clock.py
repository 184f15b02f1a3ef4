"""The server's clock is set back or forward while an attempt is in progress."""

from tests.attempts import answer_of, given, read, save, start, submit


def test_an_attempt_is_finished_after_the_clock_was_set_back(client, learner, begin, question, move_clock):
    attempt = begin(learner, time_limit=60)
    save(client, learner, attempt, given(question, False))
    move_clock(hours=-1)

    save(client, learner, attempt, given(question, True))
    found = read(client, learner, attempt)
    ended = submit(client, learner, attempt)

    assert (found["state"], answer_of(found)) == ("in_progress", True)
    assert (ended["state"], ended["score"]) == ("submitted", 1)
    assert client.get(f"/lessons/{attempt['lesson_id']}/progress", auth=learner).json["completed"]


def test_a_clock_that_was_set_forward_ends_an_attempt_once(client, learner, make_quiz, question, move_clock):
    lesson = make_quiz(time_limit=60, attempts_allowed=2, wait=60)
    attempt = start(client, learner, lesson)
    save(client, learner, attempt, given(question, True))
    move_clock(hours=1)
    ended = read(client, learner, attempt)
    move_clock(hours=-1)

    found = read(client, learner, attempt)
    assert found == ended | {"server_time": found["server_time"]}
    waiting = client.post(f"/lessons/{lesson.id}/attempts", json={}, auth=learner)
    assert (waiting.status_code, waiting.json["code"]) == (429, "wait_before_retry")
