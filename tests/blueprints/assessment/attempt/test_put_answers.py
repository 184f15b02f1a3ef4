"""Saving answers."""

from datetime import timedelta
from itertools import permutations

import pytest

from learnstream.clock import now
from learnstream.documents import Attempt
from learnstream.services.enrollment import enrollments
from learnstream.stores.sql import db
from tests.attempts import answer_of, given, read, save, start, submit
from tests.factories import make_question


def put(client, person, attempt, body):
    response = client.put(f"/attempts/{attempt['id']}/answers", json=body, auth=person)
    return response.status_code, response.json


def stored(attempt):
    from bson import ObjectId

    return Attempt.collection().find_one({"_id": ObjectId(attempt["id"])})


def test_an_answer_is_stored_and_the_response_says_so(client, learner, begin, question):
    attempt = begin(learner, time_limit=60)

    saved = save(client, learner, attempt, given(question, True, seq=3, seconds=12.5))

    assert saved["kept"] == [{"question_id": question, "seq": 3}]
    assert (saved["locked"], saved["deadline_at"]) == ([], attempt["deadline_at"])
    assert saved["digest"] != attempt["digest"]
    assert answer_of(read(client, learner, attempt)) is True
    assert stored(attempt)["answers"][question]["seconds"] == 12.5


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_highest_number_wins_in_every_order(client, learner, begin, course, order):
    text = make_question(course, "short_text")
    attempt = begin(learner, text)
    sent = [given(text, each, seq=number) for number, each in enumerate(("first", "second", "third"))]

    results = [save(client, learner, attempt, sent[number]) for number in order]

    assert answer_of(read(client, learner, attempt)) == "third"
    assert results[-1]["kept"] == [{"question_id": text, "seq": 2}]


def test_answers_of_the_same_number_are_decided_alike_in_every_order(client, learner, make_quiz, course):
    text = make_question(course, "short_text")
    lesson = make_quiz(text)
    moment = now()
    sent = [given(text, each, seq=1, client_time=moment.isoformat()) for each in "abc"]
    found = set()
    for order in permutations(sent):
        attempt = start(client, learner, lesson)
        for each in order:
            save(client, learner, attempt, each)
        found.add(answer_of(submit(client, learner, attempt)))

    assert len(found) == 1
    attempt = start(client, learner, lesson)
    later = given(text, "later", seq=1, client_time=(moment + timedelta(seconds=1)).isoformat())
    for each in (later, *sent):
        save(client, learner, attempt, each)
    assert answer_of(read(client, learner, attempt)) == "later"


def test_several_answers_are_saved_at_once(client, learner, begin, course, question):
    text = make_question(course, "short_text")
    attempt = begin(learner, question, text)

    saved = save(client, learner, attempt, given(text, "b", 2), given(question, False, 3), given(text, "a", 1))

    assert {each["question_id"]: each["seq"] for each in saved["kept"]} == {text: 2, question: 3}
    assert [answer_of(read(client, learner, attempt), number) for number in (0, 1)] == [False, "b"]


def test_an_answer_can_be_taken_back(client, learner, begin, question):
    attempt = begin(learner)
    save(client, learner, attempt, given(question, True), given(question, None))

    assert answer_of(read(client, learner, attempt)) is None


@pytest.mark.parametrize(
    "text",
    ["$salt", "$$ROOT", "a.b", "", " ", "\u202e", "٣", "é" * 900, '{"$ne": null}'],
)
def test_texts_are_stored_as_typed(client, learner, begin, course, text):
    attempt = begin(learner, make_question(course, "short_text"))
    question_id = attempt["questions"][0]["question_id"]

    save(client, learner, attempt, given(question_id, text))

    assert answer_of(read(client, learner, attempt)) == text


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        ("single_choice", ["b", 0, True, [], {}, 1.5]),
        ("true_false", ["true", 1, 0, [True]]),
        ("multiple_choice", ["a", [1], [["a"]], ["f" * 16], {"a": 1}]),
        ("short_text", [5, ["x"], "x" * 1001, "\0", "\ud800"]),
        ("numeric", [True, [1], {"$gt": 0}, "1" * 65]),
        ("matching", [[], "x", {"it": "x"}]),
        ("ordering", ["x", ["1", "2", "3"], {}]),
        ("cloze", ["x", {"who": "x"}, []]),
        ("essay", [1, "x" * 501, ["x"]]),
    ],
)
def test_an_answer_of_the_wrong_shape_is_named(client, learner, begin, course, kind, answers):
    attempt = begin(learner, make_question(course, kind))
    question_id = attempt["questions"][0]["question_id"]
    for answer in answers:
        status, body = put(client, learner, attempt, {"answers": [given(question_id, answer)]})

        assert (status, [*body["errors"]["json"]["answers"]["0"]]) == (422, ["answer"]), answer
    assert stored(attempt)["answers"] == {}


def test_ids_of_another_attempt_are_unknown(client, learner, make_quiz, course):
    lesson = make_quiz(make_question(course))
    first = start(client, learner, lesson)
    chosen = first["questions"][0]
    submit(client, learner, first)

    sent = {"answers": [given(chosen["question_id"], chosen["options"][0]["id"])]}

    assert put(client, learner, start(client, learner, lesson), sent)[0] == 422


def test_one_wrong_answer_saves_none(client, learner, begin, course, question):
    attempt = begin(learner)
    other = make_question(course)

    status, body = put(client, learner, attempt, {"answers": [given(question, True), given(other, True)]})

    assert (status, body["errors"]["json"]["answers"]) == (
        422,
        {"1": {"question_id": ["The attempt has no such question."]}},
    )
    assert stored(attempt)["answers"] == {}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"seq": -1}, "seq"),
        ({"seq": 2**53}, "seq"),
        ({"seq": "1"}, "seq"),
        ({"seq": True}, "seq"),
        ({"seq": 1.5}, "seq"),
        ({"seconds": -1}, "seconds"),
        ({"seconds": 1e300}, "seconds"),
        ({"client_time": "2026-04-01T12:00:00"}, "client_time"),
        ({"client_time": 5}, "client_time"),
        ({"question_id": "x"}, "question_id"),
        ({"points": 5}, "points"),
    ],
)
def test_an_invalid_field_is_named(client, learner, begin, question, change, field):
    status, body = put(client, learner, begin(learner), {"answers": [given(question, True) | change]})

    assert (status, [*body["errors"]["json"]["answers"]["0"]]) == (422, [field])


@pytest.mark.parametrize("body", [{}, {"answers": []}, {"answers": None}, {"answers": {}}, {"answers": [None]}, []])
def test_an_invalid_body_is_refused(client, learner, begin, body):
    assert put(client, learner, begin(learner), body)[0] == 422


@pytest.mark.parametrize("client_time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_the_clients_clock_changes_nothing(client, learner, begin, question, client_time):
    attempt = begin(learner, time_limit=60)
    save(client, learner, attempt, given(question, False, seq=1, client_time=client_time))

    save(client, learner, attempt, given(question, True, seq=2))

    assert answer_of(read(client, learner, attempt)) is True


def test_answers_under_way_at_the_end_count(client, learner, begin, question, move_clock):
    attempt = begin(learner, time_limit=60)
    move_clock(seconds=74)

    save(client, learner, attempt, given(question, True))

    move_clock(seconds=5)
    assert answer_of(read(client, learner, attempt)) is True


def test_late_answers_are_kept_and_do_not_count(client, learner, begin, course, question, move_clock):
    other = make_question(course, "true_false")
    attempt = begin(learner, question, other, time_limit=60)
    save(client, learner, attempt, given(question, True))
    typed = now()
    move_clock(seconds=300)

    late = given(other, True, client_time=typed.isoformat())
    body = save(client, learner, attempt, late, given(question, False), status=409)

    assert (body["code"], body["late"]) == ("attempt_over", sorted([question, other]))
    found = stored(attempt)
    assert (found["state"], found["submitted_by"], [*found["answers"]]) == ("submitted", "clock", [question])
    kept = found["late_answers"]
    assert {each: kept[each]["answer"] for each in kept} == {other: True, question: False}
    assert kept[other]["client_time"] == typed
    assert kept[other]["at"] > typed + timedelta(seconds=299)
    assert [answer_of(read(client, learner, attempt), number) for number in (0, 1)] == [True, None]


def test_repeating_what_was_saved_in_time_is_safe_after_the_end(client, learner, begin, question):
    attempt = begin(learner)
    sent = given(question, True)
    saved = save(client, learner, attempt, sent)
    submit(client, learner, attempt)

    again = save(client, learner, attempt, sent)

    assert (again["kept"], again["digest"]) == (saved["kept"], saved["digest"])
    assert stored(attempt)["late_answers"] == {}


def test_of_late_answers_the_highest_number_is_kept(client, learner, begin, question):
    attempt = begin(learner)
    submit(client, learner, attempt)
    for seq in (2, 3, 1):
        save(client, learner, attempt, given(question, seq == 3, seq=seq), status=409)

    assert stored(attempt)["late_answers"][question]["answer"] is True


@pytest.mark.parametrize(("when", "unseen"), [("never", True), ("at_once", False)])
def test_late_answers_say_whether_the_right_ones_could_be_seen(client, learner, begin, question, when, unseen):
    attempt = begin(learner, review={"score": "never", "answers": when, "feedback": "never"})
    submit(client, learner, attempt)
    save(client, learner, attempt, given(question, True), status=409)

    assert stored(attempt)["late_answers"][question]["unseen"] is unseen


def test_an_answer_from_before_the_right_one_was_shown_is_kept(client, learner, begin, question, course):
    attempt = begin(learner, review={"score": "never", "answers": "at_once", "feedback": "never"})
    submit(client, learner, attempt)
    early = {"answer": False, "seq": 1, "client_time": now(), "tie": "", "at": now(), "seconds": None, "unseen": True}
    Attempt.collection().update_one({}, {"$set": {"late_answers": {question: early}}})

    save(client, learner, attempt, given(question, True, seq=9), status=409)

    assert stored(attempt)["late_answers"][question]["answer"] is False


def test_with_forward_navigation_earlier_answers_are_locked(client, learner, begin, course, question):
    second, third = (make_question(course, "true_false") for _ in range(2))
    attempt = begin(learner, question, second, third, navigation="forward")
    save(client, learner, attempt, given(question, True))
    save(client, learner, attempt, given(question, False))
    save(client, learner, attempt, given(third, True))

    saved = save(client, learner, attempt, given(question, True), given(second, True), given(third, False))

    assert saved["locked"] == [question]
    assert [answer_of(read(client, learner, attempt), number) for number in range(3)] == [False, True, False]


def test_what_is_passed_is_judged_before_the_request(client, learner, begin, course, question):
    second = make_question(course, "true_false")
    attempt = begin(learner, question, second, navigation="forward")

    save(client, learner, attempt, given(question, True), given(second, True))

    assert save(client, learner, attempt, given(question, False))["locked"] == [question]


def test_earlier_answers_stay_locked_when_later_ones_are_taken_back(client, learner, begin, course, question):
    second, third = (make_question(course, "true_false") for _ in range(2))
    attempt = begin(learner, question, second, third, navigation="forward")
    save(client, learner, attempt, given(question, True), given(second, True), given(third, True))

    assert save(client, learner, attempt, given(third, None))["locked"] == []
    for each in (second, question):
        assert save(client, learner, attempt, given(each, None))["locked"] == [each]
    assert save(client, learner, attempt, given(third, False))["locked"] == []


def test_saving_goes_on_after_the_enrollment_has_ended(client, course, learner, begin, question):
    attempt = begin(learner)
    enrollments.withdraw(user_id=learner.id, course_id=course.id)
    db.session.commit()

    save(client, learner, attempt, given(question, True))

    assert stored(attempt)["answers"][question]["answer"] is True


def test_answers_to_the_attempts_of_others_are_refused(client, learner, stranger, owner, begin, question):
    attempt = begin(learner)

    for person in (stranger, owner):
        assert put(client, person, attempt, {"answers": [given(question, True)]})[0] == 404
    assert stored(attempt)["answers"] == {}
