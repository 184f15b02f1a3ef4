"""A table to begin with: one question of each kind, which can be imported as they are."""

from collections.abc import Sequence

from learnstream.services.quizzes.imports import tables

OPTIONS = 6
EXAMPLES: list[dict[str, str]] = [
    {
        "key": "planets-1",
        "kind": "single_choice",
        "stem": "Which planet is the largest?",
        "explanation": "It outweighs all others together.",
        "tags": "planets, easy",
        "right": "2",
        "option_1": "Saturn",
        "option_2": "Jupiter",
        "feedback_2": "Right.",
        "option_3": "Neptune",
    },
    {
        "key": "planets-2",
        "kind": "multiple_choice",
        "stem": "Which planets have no moon?",
        "right": "1, 3",
        "scoring": "partial",
        "option_1": "Mercury",
        "option_2": "Mars",
        "option_3": "Venus",
    },
    {
        "key": "planets-3",
        "kind": "true_false",
        "stem": "A day on Venus is longer than its year.",
        "right": "true",
        "feedback_2": "It turns once in 243 days.",
    },
    {
        "key": "planets-4",
        "kind": "short_text",
        "stem": "Name a moon of Mars.",
        "option_1": "Phobos",
        "option_2": "Deimos",
        "option_3": "Fear",
        "share_3": "0.5",
    },
    {
        "key": "planets-5",
        "kind": "numeric",
        "stem": "How far away is the Moon, in kilometres?",
        "tolerance": "5%",
        "option_1": "384400",
    },
    {
        "key": "planets-6",
        "kind": "matching",
        "stem": "Which moon belongs to which planet?",
        "option_1": "Jupiter",
        "match_1": "Io",
        "option_2": "Saturn",
        "match_2": "Titan",
        "match_3": "Charon",
    },
    {
        "key": "planets-7",
        "kind": "ordering",
        "stem": "Order these planets by their distance from the Sun.",
        "scoring": "neighbours",
        "option_1": "Venus",
        "option_2": "Mars",
        "option_3": "Saturn",
    },
    {
        "key": "planets-8",
        "kind": "cloze",
        "stem": "Fill the gaps.",
        "text": "The Moon takes {#27.3:0.5} days for its way around {=Earth =the Earth}, and shows {~both sides =one side}.",
    },
    {
        "key": "planets-9",
        "kind": "essay",
        "stem": "Explain the phases of the Moon.",
        "rubric": "Mentions the Sun, the direction of the light, and what we see of it.",
        "max_length": "2000",
    },
]


def columns() -> list[str]:
    """Return the template's columns."""
    return tables.columns(OPTIONS)


def rows() -> list[Sequence[str]]:
    """Return the template's questions."""
    return [[each.get(column, "") for column in columns()] for each in EXAMPLES]
