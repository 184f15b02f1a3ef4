"""Bodies of requests that create questions."""

# A small content of every kind, as a client sends it.
CONTENTS = {
    "single_choice": {"options": [{"text": "Jupiter", "correct": True}, {"text": "Saturn", "correct": False}]},
    "true_false": {"correct": True},
    "multiple_choice": {
        "options": [
            {"text": "Io", "correct": True},
            {"text": "Europa", "correct": True},
            {"text": "Titan", "correct": False, "feedback": "A moon of Saturn."},
        ]
    },
    "short_text": {"accepted": [{"text": "Jupiter"}, {"text": "Jove", "share": 0.5}]},
    "numeric": {"value": "9.81", "tolerance": 1, "tolerance_kind": "percent"},
    "matching": {
        "pairs": [{"left": "Mars", "right": "rock"}, {"left": "Jupiter", "right": "gas"}],
        "distractors": ["ice"],
    },
    "ordering": {"items": [{"text": "Mercury"}, {"text": "Venus"}, {"text": "Earth"}]},
    "cloze": {
        "text": "The largest planet is {{planet}}, with {{moons}} moons.",
        "blanks": [
            {"id": "planet", "kind": "short_text", "accepted": [{"text": "Jupiter"}]},
            {"id": "moons", "kind": "numeric", "value": 95, "tolerance": 5, "weight": 2},
        ],
    },
    "essay": {"rubric": "Three reasons.", "max_length": 2000},
}


def body(kind: str = "single_choice", **fields) -> dict:
    """Return the body that creates a question."""
    return {"kind": kind, "stem": "Which planet is the largest?", "content": CONTENTS.get(kind, {}), **fields}
