"""A quiz whose secrets can be recognized wherever they are: each is a word or a number that occurs nowhere else."""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from learnstream.clock import now
from learnstream.models import Role
from tests.attempts import given, save, start, submit
from tests.factories import (
    CreatedCourse,
    CreatedLesson,
    Person,
    make_course,
    make_person,
    make_question,
    make_quiz_lesson,
    make_seat,
    publish,
    put_quiz,
    section,
)

NEVER = {"score": "never", "answers": "never", "feedback": "never"}
ACCESS_CODE = "Zugangswort81"
# The learner answers every question; the points are chosen so that the sum of theirs occurs nowhere else.
SCORE = "14.8125"

# By the part of the review settings that shows them.
SHOWN_WITH = {
    "score": [SCORE],
    "answers": ["Keyshortone", "918273.645", "Keyclozeone", "4.625", *(f"Explained{n}" for n in range(9))],
    "feedback": ["Praisesingle", "Praisetrue", "Praisemulti", "Praiseshort", "Praisenumeric", "Praisecloze"],
}
# The feedback on what the learner did not answer, ids and weights of the author's, and the work of others.
NEVER_SHOWN = [
    *("Blamesingle", "Blametrue", "Blamemulti", "Blameshort", "Keyshorttwo", "Keyclozetwo"),
    *(
        "ownsingle1",
        "ownsingle2",
        "ownmulti1",
        "ownmulti2",
        "ownmulti3",
        "ownpair1",
        "ownpair2",
        "ownitem1",
        "ownitem2",
    ),
    *("ownblank1", "0.4375", "0.0078125", "0.3125", "Rubricsecret", "secrettag", "secretkey"),
    *("Essayofaclassmate", "Answerofaclassmate", "Notinthequiz", ACCESS_CODE),
]
# Names of fields that only the author's side of a question has.
AUTHORS_FIELDS = {"correct", "share", "weight", "accepted", "tolerance", "rubric", "scoring", "salt", "distractors"}


def _option(name: str, *, correct: bool = False, feedback: str) -> dict[str, Any]:
    return {"id": name, "text": f"Text {name[3:]}", "correct": correct, "feedback": feedback}


CONTENTS: dict[str, dict[str, Any]] = {
    "single_choice": {
        "options": [
            _option("ownsingle1", correct=True, feedback="Praisesingle"),
            _option("ownsingle2", feedback="Blamesingle"),
        ]
    },
    "true_false": {"correct": True, "feedback": {"true": "Praisetrue", "false": "Blametrue"}},
    "multiple_choice": {
        "options": [
            _option("ownmulti1", correct=True, feedback="Praisemulti"),
            _option("ownmulti2", feedback="Blamemulti"),
            _option("ownmulti3", correct=True, feedback="Blamemulti"),
        ],
        "scoring": "partial",
    },
    "short_text": {
        "accepted": [
            {"text": "Keyshortone", "share": "1", "feedback": "Blameshort"},
            {"text": "Keyshorttwo", "share": "0.4375", "feedback": "Blameshort"},
            {"text": "Half", "share": "0.3125", "feedback": "Praiseshort"},
        ],
        "exact": False,
    },
    "numeric": {
        "value": "918273.645",
        "tolerance": "0.0078125",
        "tolerance_kind": "absolute",
        "feedback": "Praisenumeric",
    },
    "matching": {
        "pairs": [
            {"id": "ownpair1", "left": "Italy", "right": "Europe"},
            {"id": "ownpair2", "left": "Peru", "right": "America"},
        ],
        "distractors": ["Asia"],
    },
    "ordering": {"items": [{"id": f"ownitem{n}", "text": f"Planet {n}"} for n in (1, 2)], "scoring": "neighbours"},
    "cloze": {
        "text": "The {{ownblank1}} has rings.",
        "blanks": [
            {
                "id": "ownblank1",
                "kind": "short_text",
                "weight": "1",
                "exact": False,
                "accepted": [
                    {"text": "Keyclozeone", "share": "1", "feedback": ""},
                    {"text": "Keyclozetwo", "share": "0.4375", "feedback": ""},
                    {"text": "Half", "share": "0.3125", "feedback": "Praisecloze"},
                ],
            }
        ],
    },
    "essay": {"rubric": "Rubricsecret", "max_length": 500},
}
WORTH = {"multiple_choice": 9.25, "single_choice": 7.3125, "short_text": 2, "cloze": 4}


@dataclass
class SecretQuiz:
    """A quiz lesson, and the learners who take it."""

    client: Any
    author: Person
    course: CreatedCourse
    questions: dict[str, str]  # ids by kind
    lesson: CreatedLesson

    def publish(self, **settings: Any) -> None:
        """Publish the quiz with other settings."""
        put_quiz(self.lesson, sections(self.questions), **_settings(**settings))
        publish(self.course)

    def enroll(self, name: str) -> Person:
        person = make_person(Role.STUDENT, name)
        make_seat(person, self.course)
        return person

    def begin(self, person: Person, **typed: str) -> dict[str, Any]:
        """Start an attempt, and answer its questions: some right, some partly, some wrongly."""
        attempt = start(self.client, person, self.lesson, access_code=ACCESS_CODE)
        by_id = {each["question_id"]: each for each in attempt["questions"]}
        answers = answers_to({kind: by_id[question_id] for kind, question_id in self.questions.items()}) | typed
        save(self.client, person, attempt, *(given(self.questions[kind], each) for kind, each in answers.items()))
        return attempt

    def finish(self, person: Person, **typed: str) -> dict[str, Any]:
        attempt = self.begin(person, **typed)
        return submit(self.client, person, attempt)


def answers_to(asked: dict[str, Any]) -> dict[str, Any]:
    def option(kind: str, text: str) -> str:
        return next(each["id"] for each in asked[kind]["options"] if each["text"] == f"Text {text}")

    return {
        "single_choice": option("single_choice", "single1"),
        "true_false": True,
        "multiple_choice": [option("multiple_choice", "multi1")],
        "short_text": "Half",
        "numeric": 1,
        "cloze": {asked["cloze"]["blanks"][0]["id"]: "Half"},
        "essay": "My own essay",
    }


def _settings(**settings: Any) -> dict[str, Any]:
    closes = {"at": (now() + timedelta(hours=2)).isoformat()}
    return {"attempts_allowed": 2, "closes": closes, "access_code": ACCESS_CODE, "review": NEVER} | settings


def sections(questions: dict[str, str]) -> list[dict[str, Any]]:
    asked = [(each, WORTH.get(kind, 1)) for kind, each in questions.items()]
    return [section(*asked), {"draw": {"count": 1, "tags": ["secrettag"], "points": 1}}]


def create(client: Any, author: Person) -> SecretQuiz:
    """Create a course with the quiz, and publish it."""
    course = make_course(author)
    questions = {
        kind: make_question(course, kind, explanation=f"Explained{n}", **content)
        for n, (kind, content) in enumerate(CONTENTS.items())
    }
    for n in range(3):
        make_question(course, stem="Drawn", tags=["secrettag"], key=f"secretkey{n}", explanation="")
    make_question(course, stem="Notinthequiz")
    lesson = make_quiz_lesson(course, sections=sections(questions), **_settings())
    return SecretQuiz(client, author, course, questions, lesson)


def secrets_in(text: bytes, secrets: Iterable[str]) -> list[str]:
    """Return those secrets that a text contains as they are, in hex or base64, or as a digest of their own."""
    return [secret for secret in secrets if _pattern(secret).search(text)]


@cache
def _pattern(secret: str) -> re.Pattern[bytes]:
    raw = secret.encode()
    if re.fullmatch(rb"[0-9.]+", raw):
        # The whole number: its digits may be part of a time.
        return re.compile(rb"(?<![0-9.])" + re.escape(raw) + rb"(?![0-9])")
    digests = [hashlib.new(name, raw).hexdigest().encode() for name in ("md5", "sha1", "sha256")]
    shifted = [base64.b64encode(b" " * shift + raw)[4:-4] for shift in range(3)]
    return re.compile(b"|".join(map(re.escape, [raw, raw.hex().encode(), *digests, *shifted])))


def fields_in(value: Any) -> set[str]:
    """Return the names of all fields of a JSON value that are not null."""
    if isinstance(value, list):
        return set().union(*map(fields_in, value))
    if not isinstance(value, dict):
        return set()
    return {name for name, each in value.items() if each is not None}.union(*map(fields_in, value.values()))
