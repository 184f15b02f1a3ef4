"""Which of several answers to a question is kept, and the digest of all."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from learnstream.services.assessment import answers

NOW = datetime(2026, 4, 1, tzinfo=UTC)
ANSWERS = st.builds(
    lambda seq, seconds, tie: {"seq": seq, "client_time": NOW + timedelta(seconds=seconds), "tie": tie},
    st.integers(0, 3),
    st.integers(-1, 1),
    st.sampled_from("abc"),
)


def kept(given_answers):
    stored = None
    for each in given_answers:
        if answers.is_newer(each, stored):
            stored = each
    return stored


@given(
    st.lists(ANSWERS, min_size=1, max_size=6).flatmap(lambda found: st.tuples(st.just(found), st.permutations(found)))
)
def test_the_same_answer_is_kept_in_every_order(orders):
    one, other = orders

    assert kept(one) == kept(other)


def test_the_digest_depends_on_answers_and_salt_only():
    answer = {"answer": [1], "seq": 1}

    assert answers.digest({"a": answer}, b"1") == answers.digest({"a": answer | {"seq": 2}}, b"1")
    assert answers.digest({"a": answer}, b"1") != answers.digest({"a": answer}, b"2")
    assert answers.digest({"a": answer}, b"1") != answers.digest({"a": answer | {"answer": [2]}}, b"1")
