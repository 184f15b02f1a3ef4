"""A class of 30 takes a timed quiz: with more time for five, a connection that is lost, and a server that is killed.

Each fixture goes on with the story and returns what was seen at its moment, so that the tests do not depend on their order.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from types import SimpleNamespace

import pytest

from tests.e2e.conftest import READY_WITHIN
from tests.e2e.learners import ESSAY, Learner, of_kind
from tests.waiting import within

SIZE, AT_ONCE = 30, 10
PASSWORD = "nine herons by the weir"
# Numbers of the class: who has more time, and for what reason; and those that the story tells of.
BY_FACTOR, BY_TEACHER, BY_GROUP = (0, 1), (2,), (3, 4)
MORE_TIME = {*BY_FACTOR, *BY_TEACHER, *BY_GROUP}
OFFLINE, HASTY, WEAK, DILIGENT = 10, 11, 12, 13
MINUTE = 60
LIMIT, GRACE, EXTRA = 5 * MINUTE, 15, 3 * MINUTE
PLANETS, DRAWN = 12, 5


@pytest.fixture(scope="module")
def entry_point():
    return "tests.e2e.moved_clock"


@pytest.fixture(scope="module")
def environment(environment, move_clock):
    return environment | {"SECONDS_AHEAD_FILE": str(move_clock.file)}


@pytest.fixture(scope="module")
def pool():
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield pool


@pytest.fixture(scope="module")
def course(instructor):
    """A course with a bank of questions, one of which has a wrong key, a quiz, and a lesson that waits for the quiz."""
    course = instructor.call("POST", "/courses", 201, title="Planets")["id"]

    def create(kind, stem, **content):
        body = {"kind": kind, "stem": stem, "content": content}
        return instructor.call("POST", f"/courses/{course}/questions", 201, **body, tags=[kind])["id"]

    def add(**lesson):
        return instructor.call("POST", f"/courses/{course}/lessons", 201, **lesson)["id"]

    for number in range(1, PLANETS + 1):
        create("numeric", f"Planet X has {number} moons. How many?", value=number)
    wrong = create("single_choice", "Which planet has rings that all can see?", options=options("Jupiter"))
    essay = create("essay", "Compare Jupiter and Saturn.", rubric="A likeness and a difference.", max_length=500)
    quiz, following = add(title="Test", kind="quiz"), add(title="Stars", kind="text", body="# Far away")
    settings = {
        "sections": [
            {"title": "Moons", "draw": {"count": DRAWN, "tags": ["numeric"], "points": 1}, "shuffle": True},
            {
                "title": "Rings",
                "questions": [{"question_id": wrong, "points": 2}, {"question_id": essay, "points": 3}],
            },
        ],
        "shuffle_options": True,
        "time_limit": LIMIT,
        "attempts_allowed": 1,
        "pass_fraction": 0.6,
        "review": {"score": "at_once", "answers": "never", "feedback": "never"},
    }
    instructor.call("PUT", f"/lessons/{quiz}/quiz", **settings)
    waiting = {"lesson_id": following, "prerequisites": [quiz]}
    module = {"title": "All", "lesson_ids": [quiz, following], "conditions": [waiting]}
    instructor.call("PUT", f"/courses/{course}/outline", modules=[module])
    instructor.call("POST", f"/courses/{course}/publish", 201)
    return SimpleNamespace(id=course, quiz=quiz, following=following, wrong=wrong, essay=essay)


def options(correct):
    return [{"id": each.lower(), "text": each, "correct": each == correct} for each in ("Jupiter", "Saturn", "Mars")]


@pytest.fixture(scope="module")
def learners(course, worker, admin, visitor, pool):
    """The class, in which five have more time: by a factor in all quizzes, and in this one alone or as a group."""

    def enter(number):
        account = {"email": f"pupil{number}@school.example", "password": PASSWORD}
        user = admin.call("POST", "/admin/users", 201, name=f"Pupil {number}", role="student", **account)
        return Learner(visitor().sign_in(**account), number, user["id"])

    learners = [*pool.map(enter, range(SIZE))]
    enroll(admin, course, "7B", learners)
    return learners


def enroll(admin, course, name, learners):
    """Create a group that is given the course; return its id."""
    group = admin.call("POST", "/admin/groups", 201, name=name, code=name)["id"]
    admin.call("POST", f"/admin/groups/{group}/members", user_ids=[each.id for each in learners])
    admin.call("PUT", f"/admin/groups/{group}/courses/{course.id}")
    seats = {"due": 0, "done": len(learners), "failed": 0}
    within(READY_WITHIN, lambda: admin.call("GET", f"/admin/groups/{group}")["seats"] == seats)
    return group


@pytest.fixture(scope="module")
def more_time(learners, course, admin, instructor):
    """Grant five learners more time, in three ways."""
    for number in BY_FACTOR:
        admin.call("PUT", f"/admin/users/{learners[number].id}/accommodations", time_factor=1.6)
    group = enroll(admin, course, "Support", [learners[number] for number in BY_GROUP])
    for whom in [*({"user_id": learners[number].id} for number in BY_TEACHER), {"group_id": group}]:
        body = {"extra_seconds": EXTRA, "reason": "Reads slowly.", **whom}
        instructor.call("POST", f"/lessons/{course.quiz}/accommodations", 201, **body)


@pytest.fixture(scope="module")
def started(learners, more_time, course, pool):
    """All have started: the attempts."""
    return [*pool.map(lambda each: each.start(course.quiz), learners)]


@pytest.fixture(scope="module")
def answered(started, learners, server, pool):
    """The server was killed while all were answering; whoever got no response has sent the answer again: the attempts."""
    writing = [pool.submit(write, each) for each in learners]
    within(READY_WITHIN, lambda: sum(len(each.acknowledged) for each in learners) >= SIZE)
    server.kill()
    server.start()
    for each in writing:
        each.result()
    return [*pool.map(Learner.read, learners)]


def write(learner):
    """Answer every question twice, one after another, as far as the learner gets."""
    answers = {} if learner.number == HASTY else learner.answers()
    if learner.number == OFFLINE:
        answers = dict([*answers.items()][:2])
    if learner.number == WEAK:
        answers |= {each["question_id"]: "99" for each in of_kind(learner.attempt, "numeric")[:3]}
    for question, given in answers.items():
        learner.save({question: None})
        learner.save({question: given})


@pytest.fixture(scope="module")
def acknowledged(answered, learners):
    """What each learner knows to be saved, and the digest of that."""
    return [({**each.acknowledged}, each.digest) for each in learners]


@pytest.fixture(scope="module")
def continued(acknowledged, learners, course):
    """A learner has begun anew: the attempt."""
    return learners[0].start(course.quiz, 200)


@pytest.fixture(scope="module")
def over(continued, learners, move_clock, pool):
    """Time is over for all but five, who have gone on writing; most others had submitted."""
    in_time = [each for each in learners if each.number not in MORE_TIME | {OFFLINE}]
    [*pool.map(Learner.submit, in_time)]
    move_clock(LIMIT + GRACE + 1)


@pytest.fixture(scope="module")
def by_clock(over, learners, course, instructor):
    """The clock has submitted the attempt of the learner whose connection was lost: as staff and the learner see it."""
    learner = learners[OFFLINE]
    within(READY_WITHIN, lambda: results(instructor, course)[learner.id]["state"] == "submitted")
    return results(instructor, course)[learner.id], learner.read()


@pytest.fixture(scope="module")
def done(by_clock, learners, course, instructor, pool):
    """Those with more time have submitted too: results by learner, scores, and whether an ordinary one gets on."""
    slow = [learners[number] for number in MORE_TIME]
    [*pool.map(lambda each: each.save({each.attempt["questions"][0]["question_id"]: "77"}), slow)]
    [*pool.map(lambda each: each.save(each.answers()), slow)]
    [*pool.map(Learner.submit, slow)]
    scores = [*pool.map(lambda each: each.read()["score"], learners)]
    return SimpleNamespace(found=results(instructor, course), scores=scores, is_open=is_open(learners[5], course))


@pytest.fixture(scope="module")
def late(done, learners, instructor):
    """The learner whose connection was lost sends all answers once it is back: the response, what is kept, the score."""
    learner = learners[OFFLINE]
    response = learner.save(learner.answers(), 409)
    kept = instructor.call("GET", learner.path)["staff"]["late_answers"]
    return SimpleNamespace(response=response, kept=kept, score=learner.read()["score"])


def results(instructor, course, **query):
    """Return the listed attempts by learner."""
    parameters = "&".join(f"{name}={value}" for name, value in {"limit": 100, **query}.items())
    listed = instructor.call("GET", f"/lessons/{course.quiz}/quiz/attempts?{parameters}")
    return {each["user_id"]: each for each in listed}


def test_each_learner_is_asked_questions_of_the_bank(started):
    drawn = [[each["question_id"] for each in of_kind(attempt, "numeric")] for attempt in started]

    assert [len({*each}) for each in drawn] == [DRAWN] * SIZE
    assert len({frozenset(each) for each in drawn}) > SIZE // 2
    assert len({question for each in drawn for question in each}) == PLANETS
    assert {len(attempt["questions"]) for attempt in started} == {DRAWN + 2}


def test_five_have_more_time(started):
    def length(attempt):
        return round((moment(attempt["deadline_at"]) - moment(attempt["started_at"])).total_seconds())

    lengths = dict(enumerate(map(length, started)))
    assert {number for number in lengths if lengths[number] == LIMIT + EXTRA} == MORE_TIME
    assert {lengths[number] for number in lengths if number not in MORE_TIME} == {LIMIT}


def moment(text):
    return datetime.fromisoformat(text)


def test_no_answer_that_was_acknowledged_is_lost_when_the_server_is_killed(answered, acknowledged, learners):
    assert sum(each.repeated for each in learners) > 0

    for attempt, (answers, digest) in zip(answered, acknowledged, strict=True):
        stored = {each["question_id"]: (each["answer"], each["seq"]) for each in attempt["questions"] if each["seq"]}
        assert stored == answers
        assert digest in {attempt["digest"], None}


def test_continuing_leads_to_the_same_questions(started, continued):
    before = [each["question_id"] for each in started[0]["questions"]]

    assert [each["question_id"] for each in continued["questions"]] == before


def test_the_clock_submits_what_was_saved(by_clock, acknowledged):
    (found, attempt), (answers, _) = by_clock, acknowledged[OFFLINE]

    assert (found["submitted_by"], found["submitted_at"]) == ("clock", found["deadline_at"])
    stored = {each["question_id"]: each["answer"] for each in attempt["questions"]}
    expected = {each: answers.get(each, (None, None))[0] for each in stored}
    assert (stored, attempt["score"], attempt["awaiting"]) == (expected, 2, 0)


def test_those_with_more_time_go_on(done, learners):
    found = done.found

    assert {each["state"] for each in found.values()} == {"submitted"}
    assert {number for number in range(SIZE) if found[learners[number].id]["submitted_by"] == "clock"} == {OFFLINE}
    assert {found[learners[number].id]["score"] for number in MORE_TIME} == {DRAWN}


def test_nobody_gets_on_with_a_wrong_key(done):
    """The essays might still make all pass."""
    expected = {OFFLINE: 2, HASTY: 0, WEAK: 2}
    assert done.scores == [expected.get(number, DRAWN) for number in range(SIZE)]

    assert not done.is_open


def is_open(learner, course):
    """Return whether the next lesson is open to a learner."""
    access = learner.client.call("GET", f"/lessons/{course.following}/access")
    assert [each["code"] for each in access["reasons"]] == ([] if access["allowed"] else ["prerequisite_missing"])
    return access["allowed"]


def test_answers_that_arrive_late_are_kept_and_do_not_count(late, learners):
    learner = learners[OFFLINE]
    unsaved = {each: answer for each, answer in learner.answers().items() if each not in learner.acknowledged}
    assert (late.response["code"], {*late.response["late"]}) == ("attempt_over", {*learner.answers()})

    assert unsaved.items() <= {each["question_id"]: each["answer"] for each in late.kept}.items()
    assert {each["unseen"] for each in late.kept} == {True}
    assert late.score == 2


@pytest.fixture(scope="module")
def accepted(late, learners, instructor):
    """The teacher has the late answers count: the attempt, and the score that the learner sees."""
    path = f"{learners[OFFLINE].path}/late-answers/accept"
    attempt = instructor.call("POST", path, reason="The network of the school was down.")
    return attempt, learners[OFFLINE].read()["score"]


def test_the_teacher_accepts_late_answers(accepted):
    attempt, seen = accepted
    assert (attempt["score"], attempt["awaiting"]) == (DRAWN, 1)
    [change] = attempt["staff"]["history"]
    assert (change["cause"], change["reason"]) == ("late_answers", "The network of the school was down.")
    assert (change["score"], seen) == (2, DRAWN)


def mark_essay(instructor, course, learner, points):
    path = f"{learner.path}/answers/{course.essay}"
    return instructor.call("PATCH", path, points=points, comment="And the difference?")


@pytest.fixture(scope="module")
def marked(done, learners, course, instructor):
    """The teacher has claimed essays and marked one: those that were waiting, the mark, and who of two gets on."""
    waiting = instructor.call("GET", f"/courses/{course.id}/marking?limit=100")
    claimed = instructor.call("POST", f"/courses/{course.id}/marking/claim", count=20)
    assert [each["attempt_id"] for each in claimed] == [each["attempt_id"] for each in waiting[:20]]
    mark = mark_essay(instructor, course, learners[DILIGENT], 1)
    return waiting, mark, {number: is_open(learners[number], course) for number in (DILIGENT, WEAK)}


def test_the_teacher_marks_an_essay_and_opens_the_next_lesson(marked, learners):
    learner, (waiting, mark, opened) = learners[DILIGENT], marked
    [essay] = [each for each in waiting if each["user_id"] == learner.id]
    assert (essay["answer"], essay["max_points"]) == (ESSAY, 3)

    assert (mark["score"], mark["passed"], mark["awaiting"]) == (DRAWN + 1, True, 0)
    assert opened == {DILIGENT: True, WEAK: False}


@pytest.fixture(scope="module")
def preview(accepted, marked, course, instructor):
    """The teacher has corrected the key, and looks at what regrading would change."""
    instructor.call("PATCH", f"/questions/{course.wrong}", content={"options": options("Saturn")})
    return regrade(instructor, course, dry_run=True)


def regrade(instructor, course, expect=200, **body):
    told = {"from_version": 1, "rule": "new_key", "reason": "Saturn has them.", **body}
    return instructor.call("POST", f"/questions/{course.wrong}/regrade", expect, **told)


@pytest.fixture(scope="module")
def regraded(preview, learners, course, instructor):
    """The teacher has had all attempts regraded: the report, the numbers of those who get on, and an attempt."""
    path = f"/questions/{course.wrong}/regrades/{regrade(instructor, course, 202)['id']}"
    within(READY_WITHIN, lambda: instructor.call("GET", path)["state"] == "done")
    opened = {learner.number for learner in learners if is_open(learner, course)}
    attempt = instructor.call("GET", learners[0].path)
    return SimpleNamespace(report=instructor.call("GET", path), opened=opened, attempt=attempt)


def test_a_preview_says_what_a_corrected_key_changes(preview):
    ordinary = SIZE - len({HASTY, WEAK, DILIGENT})
    moves = {(each["score_before"], each["score_after"]): each["attempts"] for each in preview["scores"]}

    assert (preview["attempts"], preview["changed"], preview["in_progress"]) == (SIZE, SIZE - 1, 0)
    assert {move: moves[move] for move in moves if move[0] != move[1]} == {
        (DRAWN, DRAWN + 2): ordinary,
        (DRAWN + 1, DRAWN + 3): 1,
        (2, 4): 1,
    }
    assert (preview["passing_count"], preview["failing_count"]) == (ordinary, 0)


def test_regrading_opens_the_next_lesson_and_says_who_and_why(regraded, instructor):
    report = regraded.report
    assert (report["total"], report["done"], report["changed"]) == (SIZE, SIZE, SIZE - 1)

    assert regraded.opened == {*range(SIZE)} - {HASTY, WEAK}
    last = regraded.attempt["staff"]["history"][-1]
    me = instructor.call("GET", "/users/me")["id"]
    assert (last["cause"], last["by"], last["reason"], last["score"]) == ("regraded", me, "Saturn has them.", DRAWN)


def test_an_essay_makes_the_last_points(regraded, learners, course, instructor):
    learner = learners[WEAK]

    mark = mark_essay(instructor, course, learner, 2)

    assert (mark["score"], mark["passed"]) == (6, True)
    assert is_open(learner, course)


def test_an_attempt_that_is_given_back_is_taken_again(regraded, learners, course, instructor):
    learner = learners[HASTY]
    assert learner.start(course.quiz, 409)["code"] == "attempts_exhausted"
    before = results(instructor, course, user_id=learner.id)[learner.id]

    instructor.call("POST", f"/attempts/{before['id']}/void", reason="Submitted by mistake.")

    assert learner.start(course.quiz)["number"] == 2
    learner.save(learner.answers())
    # The regrade holds for later attempts at the same version too.
    assert learner.submit()["score"] == DRAWN + 2
    assert is_open(learner, course)
