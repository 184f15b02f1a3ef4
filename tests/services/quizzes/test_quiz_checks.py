"""Whether a quiz can be attempted with the questions that its course has."""

from itertools import combinations
from random import Random

from bson import Decimal128, ObjectId
from hypothesis import given
from hypothesis import strategies as st

from learnstream.errors.quiz_lessons import Fault
from learnstream.services.quizzes import draws, quiz_checks
from learnstream.services.quizzes.bank import Bank

TAGS = "abc"
TAG_SETS = [list(tags) for size in range(3) for tags in combinations(TAGS, size)]


def bank(*tags):
    """Return a bank of questions with these tags."""
    questions = [{"_id": ObjectId(), "version_id": ObjectId(), "tags": each, "archived_at": None} for each in tags]
    return Bank({question["_id"]: question for question in questions})


def draw(count, tags=()):
    wanted = {"count": count, "tags": list(tags), "points": Decimal128("1"), "pool": []}
    return {"title": "", "shuffle": False, "questions": [], "draw": wanted}


def test_pools_are_limited_together():
    large = bank(*[["a"]] * (quiz_checks.MAX_POOLED // 2 + 1))

    assert quiz_checks.problems([draw(1)], large) == []
    [problem] = quiz_checks.problems([draw(1), draw(1)], large)
    assert (problem.fault, problem.path) == (Fault.POOL_TOO_LARGE, ("sections", 1, "draw", "tags"))


@given(
    st.lists(st.sampled_from(TAG_SETS), max_size=8),
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from(TAG_SETS)), max_size=4),
    st.randoms(use_true_random=False),
)
def test_draws_without_a_problem_are_possible_whatever_is_drawn(tags, wanted, random: Random):
    sections, questions = [draw(*each) for each in wanted], bank(*tags)
    if quiz_checks.problems(sections, questions):
        return

    taken = set()
    for pool in draws.pools(sections, questions).values():
        left = [each["_id"] for each in pool.questions if each["_id"] not in taken]
        taken |= set(random.sample(left, pool.draw["count"]))

    assert len(taken) == sum(count for count, _ in wanted)
