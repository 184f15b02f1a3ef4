"""Attempts of demo learners at the demo quiz, so that there are results to look at, and essays to mark."""

from itertools import count
from typing import Any

from devstack.demo.client import Client
from devstack.demo.content import STUDENTS
from devstack.demo.quiz import QUESTIONS
from learnstream.clock import now

# What is answered in each attempt, by the key of the question, in the words that learners read; blank where it is missing.
Said = dict[str, Any]
FIRST_TRY: Said = {
    "moon-light": "It glows by itself.",
    "new-moon": True,
    "naked-eye": ["Venus", "Jupiter"],
    "red-planet": "the red planet",
    "moon-cycle": 28,
    "day-names": {"Monday": "the moon", "Saturday": "Saturn", "Sunday": "Venus"},
    "from-the-sun": ["Venus", "Mercury", "Mars", "Jupiter"],
    "phases": ["waning", 14],
    "biggest": "Saturn",
    "own-sky": "I saw the moon. It was big.",
}
SECOND_TRY: Said = {
    **FIRST_TRY,
    "moon-light": "It reflects the light of the sun.",
    "naked-eye": ["Venus", "Saturn", "Jupiter"],
    "moon-cycle": "29,5",
    "phases": ["waxing", 15],
    "biggest": "Jupiter",
    "own-sky": "A bright point above the roofs in the south-west, at half past six.\n\nIt did not twinkle, so I think it was Venus.",
}
IN_A_HURRY: Said = {
    "moon-light": "It reflects the light of the sun.",
    "new-moon": False,
    "red-planet": "Mars",
    "day-names": {"Monday": "the moon", "Saturday": "Saturn", "Sunday": "the sun"},
    "biggest": "Jupiter",
    "own-sky": "Clouds.",
}
TRIES = ((STUDENTS[1], (FIRST_TRY, SECOND_TRY)), (STUDENTS[2], (IN_A_HURRY,)))
SECONDS = 25  # on a question
_seq = count(1)


def take(learner: Client, lesson_id: str, *tries: Said) -> None:
    """Take the quiz as often as there are tries, unless the learner has taken it before."""
    if learner.call("GET", f"/lessons/{lesson_id}/attempts"):
        return
    for said in tries:
        attempt = learner.call("POST", f"/lessons/{lesson_id}/attempts", access_code=None)
        answers = [_given(asked, said[key]) for asked in attempt["questions"] if (key := _key(asked)) in said]
        learner.call("PUT", f"/attempts/{attempt['id']}/answers", answers=answers)
        learner.call("POST", f"/attempts/{attempt['id']}/submit")


def _key(asked: dict[str, Any]) -> str:
    [key] = [str(each["key"]) for each in QUESTIONS if each["stem"] == asked["stem"]]
    return key


def _given(asked: dict[str, Any], said: Any) -> dict[str, Any]:
    return {
        "question_id": asked["question_id"],
        "answer": _answer(asked, said),
        "seq": next(_seq),
        "client_time": now().isoformat(),
        "seconds": SECONDS,
    }


def _answer(asked: dict[str, Any], said: Any) -> Any:
    """Return an answer with the ids of the attempt."""
    ids = {each["text"]: each["id"] for name in ("options", "rights", "items") for each in asked.get(name, ())}
    match asked["kind"]:
        case "single_choice":
            return ids[said]
        case "multiple_choice" | "ordering":
            return [ids[text] for text in said]
        case "matching":
            return {pair["id"]: ids[said[pair["left"]]] for pair in asked["pairs"]}
        case "cloze":
            return {blank["id"]: _answer(blank, each) for blank, each in zip(asked["blanks"], said, strict=True)}
        case _:
            return said
