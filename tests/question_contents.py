"""A content of each kind of question."""

from typing import Any


def option(name: str, correct: bool = False) -> dict[str, Any]:
    return {"id": name, "text": name.upper(), "correct": correct, "feedback": f"About {name}."}


OPTIONS = {"options": [option("a"), option("b", correct=True), option("c")]}
CONTENTS: dict[str, dict[str, Any]] = {
    "single_choice": OPTIONS,
    "true_false": {"correct": True, "feedback": {"true": "Yes.", "false": "No."}},
    "multiple_choice": {"options": [option("a", correct=True), option("b"), option("c", correct=True)]},
    "short_text": {"accepted": [{"text": "Jupiter", "share": "1", "feedback": "The king."}], "exact": False},
    "numeric": {"value": "3.5", "tolerance": "0.1", "tolerance_kind": "absolute", "feedback": "Metres."},
    "matching": {
        "pairs": [{"id": "it", "left": "Italy", "right": "Europe"}, {"id": "pe", "left": "Peru", "right": "America"}],
        "distractors": ["Asia"],
    },
    "ordering": {"items": [{"id": each, "text": f"Planet {each}"} for each in "123"], "scoring": "neighbours"},
    "cloze": {
        "text": "The {{who}} has rings.",
        "blanks": [{"id": "who", "kind": "short_text", "weight": "1", "accepted": [{"text": "planet", "share": "1"}]}],
    },
    "essay": {"rubric": "Three arguments.", "max_length": 500},
}
