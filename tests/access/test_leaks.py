"""What learners must not see of a quiz: in the response to any operation, before, during and after an attempt.

Every operation of the document is sent as the learner, with the ids of a quiz whose secrets occur nowhere else.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from learnstream.documents import Attempt
from learnstream.models import AuditEntry, Event, OutboxMessage, Role
from learnstream.models.mail import Mail
from learnstream.stores.sql import db
from tests.access import calls, secret_quiz
from tests.access.dataset import Dataset
from tests.access.secret_quiz import AUTHORS_FIELDS, NEVER, NEVER_SHOWN, SHOWN_WITH, SecretQuiz, fields_in, secrets_in
from tests.access.snapshot import Snapshot
from tests.access.table import rows
from tests.attempts import given, save
from tests.factories import Person, make_person

PARTS = ("score", "answers", "feedback")
# By name: how far the learner is, the review settings, and the parts that they may see by then.
STAGES: dict[str, tuple[str, dict[str, str], set[str]]] = {
    "before": ("before", dict.fromkeys(PARTS, "at_once"), set()),
    # Not at once: submitting is among the operations.
    "during": ("during", dict.fromkeys(PARTS, "after_close"), set()),
    "another attempt": ("another", dict.fromkeys(PARTS, "after_last_attempt"), set()),
    "never": ("after", NEVER, set()),
    "after close": ("after", dict.fromkeys(PARTS, "after_close"), set()),
    "after last attempt": ("after", dict.fromkeys(PARTS, "after_last_attempt"), set()),
    **{part: ("after", NEVER | {part: "at_once"}, {part}) for part in PARTS},
    "all": ("after", dict.fromkeys(PARTS, "at_once"), set(PARTS)),
}
# Its body is the documentation itself.
PUBLIC = {"GET /openapi.json"}
TIMING = {"X-Process-Time"}


@dataclass
class World:
    """A quiz, a learner at a stage, and the attempts of classmates."""

    quiz: SecretQuiz
    learner: Person
    attempt_id: str
    classmates: list[str]  # ids of attempts: one that is submitted, one in progress


@pytest.fixture(scope="module")
def quiz(application, dataset):
    """A quiz of which a classmate has submitted an attempt, and another one is taking it."""
    with application.app_context():
        return secret_quiz.create(application.test_client(), make_person(Role.INSTRUCTOR, "Quirin"))


@pytest.fixture(scope="module")
def classmates(application, quiz):
    with application.app_context():
        typed = {"essay": "Essayofaclassmate", "short_text": "Answerofaclassmate"}
        done = quiz.finish(quiz.enroll("Done"), **typed)
        return [done["id"], quiz.begin(quiz.enroll("Running"), **typed)["id"]]


def stages():
    """Yield all stages; the default run has one during an attempt, and after it those with nothing and with everything."""
    for name in STAGES:
        yield pytest.param(name, marks=[] if name in {"during", "never", "all"} else pytest.mark.thorough)


@pytest.fixture
def stage(request, application, quiz, classmates):
    """The learner at a stage, and the parts that they may see."""
    reached, review, visible = STAGES[request.param]
    with application.app_context():
        quiz.publish(review=review)
        learner = quiz.enroll("Lea")
        attempt_id = "f" * 24
        if reached in {"after", "another"}:
            attempt_id = quiz.finish(learner)["id"]
        if reached == "during":
            attempt_id = quiz.begin(learner)["id"]
        if reached == "another":
            # Their last one; the requests are about the one before.
            quiz.begin(learner)
    return World(quiz, learner, attempt_id, classmates), visible


@pytest.fixture
def snapshot(application, stage):
    snapshot = Snapshot(application)
    yield snapshot
    snapshot.drop()


@pytest.fixture
def send_everything(application, stage, dataset, operations_by_name, snapshot, signers):
    """Send all operations as the learner; return the responses by request. What they change is undone each time."""
    world, _ = stage

    def send(arguments):
        response = application.test_client().open(**arguments, buffered=True)
        if arguments["method"] != "GET":
            snapshot.restore()
        return response

    def send_everything():
        responses = {}
        for attempt_id in (world.attempt_id, *world.classmates):
            known = _dataset(dataset, world, attempt_id)
            for row in rows():
                if row.operation in PUBLIC or (attempt_id in world.classmates and "{attempt_id}" not in row.operation):
                    continue
                with application.app_context():
                    operation = operations_by_name[row.operation]
                    arguments = calls.request(operation, row, known, "learner", "own", signers)
                responses[f"{row} ({attempt_id})"] = send(arguments)
        return responses | {name: send(arguments) for name, arguments in _mistakes(world)}

    return send_everything


def _dataset(dataset: Dataset, world: World, attempt_id: str) -> Dataset:
    """Return a data set in which the learner and their course are those of the world."""
    quiz = world.quiz
    names = dataset.objects["own"] | {
        "course_id": quiz.course.id,
        "course_ids": [quiz.course.id],
        "lesson_id": quiz.lesson.id,
        "document_lesson_id": quiz.lesson.id,
        "quiz_lesson_id": quiz.lesson.id,
        "lesson_ids": [quiz.lesson.id],
        "question_id": quiz.questions["short_text"],
        "attempt_id": attempt_id,
        "user_id": world.learner.id,
        "number": 1,
    }
    return Dataset(dataset.users | {"learner": world.learner}, {}, {"own": names}, dataset.revoked_admin)


def _mistakes(world: World) -> list[tuple[str, dict[str, Any]]]:
    """Return requests with mistakes that are specific to quizzes, and their names."""
    lesson, attempt = f"/lessons/{world.quiz.lesson.id}", f"/attempts/{world.attempt_id}"
    wrong = [
        (f"{kind} {answer!r:.20}", "PUT", f"{attempt}/answers", {"answers": [given(question_id, answer)]})
        for kind, question_id in world.quiz.questions.items()
        for answer in ("nonsense", {"nonsense": 1}, ["nonsense"], 7, True, "x" * 5000)
    ]
    found = [
        *wrong,
        ("wrong code", "POST", f"{lesson}/attempts", {"access_code": "Sesame"}),
        ("no code", "POST", f"{lesson}/attempts", {}),
        ("unknown question", "PUT", f"{attempt}/answers", {"answers": [given("f" * 24, "x")]}),
        ("staff's list", "GET", f"{lesson}/quiz/attempts?awaiting=true", None),
        ("draft", "GET", f"{lesson}?draft=true", None),
    ]
    headers = {"Authorization": f"Bearer {world.learner.token}"}
    return [
        (
            name,
            {"method": method, "path": path, "json": body, "headers": headers}
            if body is not None
            else {"method": method, "path": path, "headers": headers},
        )
        for name, method, path, body in found
    ]


def _text(response: Any) -> bytes:
    """Return all that a response says: its headers and its body."""
    headers = [f"{name}: {value}" for name, value in response.headers.items() if name not in TIMING]
    return "\n".join(headers).encode() + b"\n" + response.data


@pytest.mark.parametrize("stage", [*stages()], indirect=True)
def test_no_response_has_what_the_learner_may_not_see(stage, send_everything):
    world, visible = stage
    hidden = [secret for part in PARTS if part not in visible for secret in SHOWN_WITH[part]]
    released = {secret for part in visible for secret in SHOWN_WITH[part]}

    responses = send_everything()

    texts = {name: _text(response) for name, response in responses.items()}
    assert {name: found for name, text in texts.items() if (found := secrets_in(text, NEVER_SHOWN + hidden))} == {}
    assert {name: found for name, each in responses.items() if (found := _authors_fields(each))} == {}
    # What may be seen is seen, so the secrets would be found.
    assert set(secrets_in(b"\n".join(texts.values()), released)) == released
    of_classmates = [each for name, each in responses.items() if any(one in name for one in world.classmates)]
    assert {each.status_code for each in of_classmates} == {404}


def _authors_fields(response: Any) -> set[str]:
    """Return the fields of an author's that a response about questions has."""
    fields = fields_in(response.json) if response.is_json and response.data else set()
    return fields & AUTHORS_FIELDS if "questions" in fields else set()


def test_the_author_sees_the_secrets_of_questions(application, quiz):
    with application.app_context():
        found = [quiz.client.get(f"/questions/{each}", auth=quiz.author).data for each in quiz.questions.values()]

    own = [secret for secret in NEVER_SHOWN if secret.startswith(("own", "Blame", "Key", "Rubric", "0."))]
    assert secrets_in(b"".join(found), own) == own


def test_neither_events_nor_commands_nor_mails_have_secrets(application, quiz, classmates):
    secrets = NEVER_SHOWN + [secret for part in PARTS for secret in SHOWN_WITH[part]]
    with application.app_context():
        stored = [
            *(event.data for event in db.session.scalars(select(Event))),
            *(message.payload for message in db.session.scalars(select(OutboxMessage))),
            *(mail.facts for mail in db.session.scalars(select(Mail))),
            *(entry.details for entry in db.session.scalars(select(AuditEntry))),
            *Attempt.collection().find({}, {"pending_events": 1}),
        ]

    assert stored
    assert secrets_in(repr(stored).encode(), secrets) == []


def test_ids_of_the_authors_are_as_unknown_as_any(application, quiz):
    with application.app_context():
        learner = quiz.enroll("Lea")
        attempt = quiz.begin(learner)
        sent = {
            "single_choice": ("ownsingle1", "nonsense12"),
            "multiple_choice": (["ownmulti1"], ["nonsense1"]),
            "matching": ({"ownpair1": "ownpair1"}, {"nonsense": "nonsense"}),
            "ordering": (["ownitem1", "ownitem2"], ["nonsense", "nonsens2"]),
            "cloze": ({"ownblank1": "x"}, {"nonsense1": "x"}),
        }
        for kind, answers in sent.items():
            found = [
                save(quiz.client, learner, attempt, given(quiz.questions[kind], each), status=422) for each in answers
            ]
            assert messages(found[0]) == messages(found[1])


def messages(problem: Any) -> list[str]:
    """Return the messages of a validation error, without the names of fields."""
    if isinstance(problem, dict):
        return [text for each in problem.get("errors", problem).values() for text in messages(each)]
    return problem if isinstance(problem, list) else [problem]
