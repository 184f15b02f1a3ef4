"""Homework comes in on time, late, and late with an extension; its marks and a test make the totals of a course."""

import csv
import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import combinations
from types import SimpleNamespace

import pytest
from python_calamine import CalamineWorkbook

from tests.e2e.conftest import READY_WITHIN
from tests.pdf import make_pdf
from tests.server import ROOT
from tests.waiting import within

PASSWORD = "nine herons by the weir"
HOUR = 3600
NAMES = ("Ada", "Ben", "Cleo", "Dov", "Eve", "Fay")
ADA, BEN, CLEO, DOV, EVE, FAY = range(len(NAMES))
RIGHT = {ADA: 4, BEN: 3, CLEO: 0, DOV: 2, EVE: 4, FAY: 1}  # right answers of four in the test
TEST_POINTS, ESSAY_POINTS, SKETCH_POINTS, MODEL_POINTS = 10, 20, 10, 30
RUBRIC = [
    {
        "id": "content",
        "title": "Content",
        "levels": [
            {"id": level, "title": level, "points": points} for level, points in (("c0", 0), ("c1", 6), ("c2", 12))
        ],
    },
    {
        "id": "language",
        "title": "Language",
        "levels": [
            {"id": level, "title": level, "points": points} for level, points in (("l0", 0), ("l1", 4), ("l2", 8))
        ],
    },
]
LEVELS = {"c0": 0, "c1": 6, "c2": 12, "l0": 0, "l1": 4, "l2": 8}
# The levels that each essay is given, in the order in which a learner handed them in, and how late it came, in begun hours.
ESSAYS = {
    ADA: [("c2", "l1", 0)],
    BEN: [("c2", "l2", 2)],
    CLEO: [("c1", "l2", 0)],
    DOV: [("c1", "l1", 0), ("c1", "l1", 2)],
    FAY: [("c0", "l1", 0)],
}
SKETCHES = {ADA: 7, BEN: 10, CLEO: 3, DOV: 5, EVE: 9}
MODELS = {ADA: 11, BEN: 30, CLEO: 21, DOV: 29, FAY: 20}
OVERRIDE = 8  # what Fay's sketch counts, which was shown in class
LATE_PERCENT, NEEDED = 10, Fraction(3, 5)
WEIGHTS = {"tests": 40, "homework": 60}


@pytest.fixture(scope="module")
def entry_point():
    return "tests.e2e.moved_clock"


@pytest.fixture(scope="module")
def environment(environment, move_clock):
    return environment | {"SECONDS_AHEAD_FILE": str(move_clock.file)}


@pytest.fixture(scope="module")
def second_instructor(admin, visitor):
    account = {"email": "otto@example.com", "password": "a lantern on the ferry"}
    user = admin.call("POST", "/admin/users", 201, name="Otto", role="instructor", **account)
    client = visitor().sign_in(**account)
    client.id = user["id"]
    return client


@pytest.fixture(scope="module")
def course(instructor, second_instructor):
    """A course with a test, three pieces of homework, and a lesson that waits for the essay."""
    course = instructor.call("POST", "/courses", 201, title="Rocks")["id"]
    me = instructor.call("GET", "/users/me")["id"]
    instructor.call("PUT", f"/courses/{course}/instructors", instructor_ids=[me, second_instructor.id])
    questions = [
        instructor.call(
            "POST",
            f"/courses/{course}/questions",
            201,
            kind="numeric",
            stem=f"Layer {number}?",
            content={"value": number},
        )["id"]
        for number in range(1, 5)
    ]

    def add(title, kind, **lesson):
        return instructor.call("POST", f"/courses/{course}/lessons", 201, title=title, kind=kind, **lesson)["id"]

    found = SimpleNamespace(id=course, questions=questions, began=datetime.now(UTC))
    found.test = add("Test", "quiz", completion={"rule": "submitted"})
    found.essay = add("Essay", "assignment", completion={"rule": "passed"})
    found.sketch, found.model = add("Sketch", "assignment"), add("Model", "assignment")
    found.end = add("End", "text", body="# Well done")
    section = {"questions": [{"question_id": each, "points": 2.5} for each in questions]}
    instructor.call("PUT", f"/lessons/{found.test}/quiz", sections=[section], attempts_allowed=1)
    due = {"at": (found.began + timedelta(hours=1)).isoformat()}
    instructor.call(
        "PUT",
        f"/lessons/{found.essay}/assignment",
        instructions="Describe a rock.",
        points=ESSAY_POINTS,
        due=due,
        accepted_until={"at": (found.began + timedelta(hours=10)).isoformat()},
        late={"percent": LATE_PERCENT, "per": "hour", "floor_percent": 50},
        resubmit="until_closed",
        rubric=RUBRIC,
        release="held",
        pass_fraction=0.6,
    )
    for lesson, points in ((found.sketch, SKETCH_POINTS), (found.model, MODEL_POINTS)):
        instructor.call("PUT", f"/lessons/{lesson}/assignment", points=points, due=due, release="at_once")
    lessons = [found.test, found.essay, found.sketch, found.model, found.end]
    module = {
        "title": "All",
        "lesson_ids": lessons,
        "conditions": [{"lesson_id": found.end, "prerequisites": [found.essay]}],
    }
    instructor.call("PUT", f"/courses/{course}/outline", modules=[module])
    homework = {each: {"category_id": "homework"} for each in (found.essay, found.sketch, found.model)}
    instructor.call(
        "PUT",
        f"/courses/{course}/grading",
        categories=[
            {"id": "tests", "title": "Tests", "weight": WEIGHTS["tests"], "drop_lowest": 0},
            {"id": "homework", "title": "Homework", "weight": WEIGHTS["homework"], "drop_lowest": 1},
        ],
        lessons={found.test: {"category_id": "tests"}, **homework},
        missing="zero_after_due",
        pass_fraction=float(NEEDED),
        completion_fraction=float(NEEDED),
        scale=[{"label": "A", "from": 0.9}, {"label": "B", "from": 0.6}, {"label": "C", "from": 0}],
        decimals=2,
    )
    instructor.call("POST", f"/courses/{course}/publish", 201)
    return found


@pytest.fixture(scope="module")
def learners(course, worker, admin, visitor):
    def enter(name):
        account = {"email": f"{name.lower()}@school.example", "password": PASSWORD}
        user = admin.call("POST", "/admin/users", 201, name=name, role="student", **account)
        client = visitor().sign_in(**account)
        client.call("POST", f"/courses/{course.id}/enroll", 201)
        client.id = user["id"]
        return client

    return [*map(enter, NAMES)]


def hand_in(learner, lesson, **content):
    """Save and submit; return the receipt."""
    learner.call("PUT", f"/lessons/{lesson}/submission", **content)
    return learner.call("POST", f"/lessons/{lesson}/submission/submit", 201)


@pytest.fixture(scope="module")
def tested(course, learners):
    """All have taken the test."""
    for number, right in RIGHT.items():
        attempt = learners[number].call("POST", f"/lessons/{course.test}/attempts", 201)
        answers = [
            {
                "question_id": each,
                "answer": str(value if value <= right else 99),
                "seq": 1,
                "client_time": datetime.now(UTC).isoformat(),
            }
            for value, each in enumerate(course.questions, 1)
        ]
        learners[number].call("PUT", f"/attempts/{attempt['id']}/answers", answers=answers)
        learners[number].call("POST", f"/attempts/{attempt['id']}/submit")


@pytest.fixture(scope="module")
def handed_in(tested, course, learners, instructor, upload, move_clock):
    """All homework is in: on time, late, and late with an extension. The receipts of the essays by learner."""
    instructor.call(
        "POST",
        f"/lessons/{course.essay}/extensions",
        201,
        user_id=learners[CLEO].id,
        due_at=(course.began + timedelta(hours=3)).isoformat(),
        reason="Was ill.",
    )
    file = upload(learners[ADA], "submission", "Granite.pdf", make_pdf(2, title="Granite"))
    essays = {number: [] for number in ESSAYS}
    essays[ADA].append(hand_in(learners[ADA], course.essay, text="Granite is grey.", file_ids=[file["id"]]))
    for number in (DOV, FAY):
        essays[number].append(hand_in(learners[number], course.essay, text=f"By {NAMES[number]}."))
    for lesson, points in ((course.sketch, SKETCHES), (course.model, MODELS)):
        for number in points:
            hand_in(learners[number], lesson, text="Here it is.")
    move_clock(5 * HOUR // 2)
    for number in (BEN, CLEO, DOV):
        essays[number].append(hand_in(learners[number], course.essay, text=f"By {NAMES[number]}, later."))
    return essays


def submissions(instructor, lesson, **query):
    parameters = "&".join(f"{name}={value}" for name, value in {"limit": 100, **query}.items())
    return instructor.call("GET", f"/lessons/{lesson}/submissions?{parameters}")


def grade(marker, submission, **given):
    """Grade a submission in the state in which it was listed: the status."""
    url, headers = f"{marker.url}/submissions/{submission['id']}/grade", {"If-Match": f'"{submission["revision"]}"'}
    return marker.http.put(url, json=given, headers=headers, timeout=20).status_code


@pytest.fixture(scope="module")
def marked(handed_in, course, learners, instructor, second_instructor):
    """Everything is marked; the essays by two teachers at the same time, whose grades differ by the comment alone."""
    by_number = {
        (each["user_id"], each["number"]): each for each in submissions(instructor, course.essay, latest="false")
    }
    outcomes = []
    with ThreadPoolExecutor(2) as pool:
        for number, essays in ESSAYS.items():
            for place, (content, language, _) in enumerate(essays, 1):
                essay = by_number[learners[number].id, place]
                levels = {"content": content, "language": language}
                both = [
                    pool.submit(grade, marker, essay, levels=levels, comment=f"Read by {who}.")
                    for who, marker in (("Ines", instructor), ("Otto", second_instructor))
                ]
                outcomes.append(sorted(each.result() for each in both))
    for lesson, points in ((course.sketch, SKETCHES), (course.model, MODELS)):
        for each in submissions(instructor, lesson):
            [number] = [number for number in points if learners[number].id == each["user_id"]]
            assert grade(instructor, each, points=points[number], comment="Seen.") == 200
    essays = [instructor.call("GET", f"/submissions/{each['id']}") for each in by_number.values()]
    return outcomes, essays


def points_of(number, *, essays):
    """Return a learner's points of all points, by lesson; `essays` says whether those of the essays count."""
    found = {"test": Fraction(RIGHT[number] * 5, 2) / TEST_POINTS}
    late = [
        (LEVELS[content] + LEVELS[language]) * (1 - Fraction(hours * LATE_PERCENT, 100))
        for content, language, hours in ESSAYS.get(number, [])
    ]
    if essays or not late:
        found["essay"] = Fraction(max(late, default=0)) / ESSAY_POINTS
    found["sketch"] = Fraction(SKETCHES.get(number, 0)) / SKETCH_POINTS
    found["model"] = Fraction(MODELS.get(number, 0)) / MODEL_POINTS
    return found


def total(number, *, essays=True, corrected=False):
    """Return a learner's total, computed in a second way: by trying what to drop."""
    of_all = {"essay": ESSAY_POINTS, "sketch": SKETCH_POINTS, "model": MODEL_POINTS}
    shares = points_of(number, essays=essays)
    if corrected and number == FAY:
        shares["sketch"] = Fraction(OVERRIDE, SKETCH_POINTS)
    if corrected and number == EVE:
        del shares["model"]
    counted = [name for name in of_all if name in shares]
    kept = [
        sum(shares[name] * of_all[name] for name in names) / sum(of_all[name] for name in names)
        for names in combinations(counted, len(counted) - 1)
    ]
    return (WEIGHTS["tests"] * shares["test"] + WEIGHTS["homework"] * max(kept)) / sum(WEIGHTS.values())


def percent(share):
    """Round half up to two decimals of a percent."""
    return ((share * 20_000 + 1) // 2) / 100


def test_homework_comes_in_on_time_late_and_late_with_an_extension(handed_in):
    late = {number: [receipt["late_seconds"] for receipt in receipts] for number, receipts in handed_in.items()}
    hours = {number: [-(-each // HOUR) for each in seconds] for number, seconds in late.items()}

    assert hours == {number: [each[2] for each in essays] for number, essays in ESSAYS.items()}
    assert {number: [each["penalty"] for each in handed_in[number]] for number in (BEN, CLEO)} == {
        BEN: [2 * LATE_PERCENT],
        CLEO: [0],
    }
    assert len({receipt["digest"] for receipts in handed_in.values() for receipt in receipts}) == 6


def test_two_teachers_at_once_leave_one_grade(marked):
    outcomes, essays = marked

    assert outcomes == [[200, 412]] * len(essays)
    assert {(len(each["history"]), each["grade"]["revision"]) for each in essays} == {(1, 1)}


def part_of(learner, course, lesson):
    """Return what a learner is told of a lesson's part in the total."""
    shown = learner.call("GET", f"/courses/{course.id}/grades/me")["lessons"]
    return next(each for each in shown if each["lesson_id"] == lesson)


def seen_by(learner, course):
    """Return what a learner is shown of the essay, of their grades, and of the lesson that waits for the essay."""
    return SimpleNamespace(
        submission=learner.call("GET", f"/lessons/{course.essay}/submission"),
        grades=learner.call("GET", f"/courses/{course.id}/grades/me"),
        access=learner.call("GET", f"/lessons/{course.end}/access"),
    )


@pytest.fixture(scope="module")
def before_release(marked, course, learners):
    """What the learners see while the essays' grades are held back, once the tests' results have arrived."""
    within(READY_WITHIN, lambda: all(part_of(each, course, course.test)["handed_in"] for each in learners))
    return [seen_by(each, course) for each in learners]


def test_a_held_grade_is_nowhere_to_be_seen(before_release, course):
    for number, seen in enumerate(before_release):
        assert {each["grade"] for each in seen.submission["submissions"]} <= {None}
        [essay] = [each for each in seen.grades["lessons"] if each["lesson_id"] == course.essay]
        assert (essay["part"], essay["points"]) == ("held" if number in ESSAYS else "missing", None)
        assert seen.grades["percent"] == percent(total(number, essays=False))
        assert not seen.access["allowed"]


@pytest.fixture(scope="module")
def released(before_release, course, instructor):
    """The essays' grades are released together."""
    held = sum(map(len, ESSAYS.values()))
    assert instructor.call("POST", f"/lessons/{course.essay}/grades/release") == {"released": held}
    assert instructor.call("POST", f"/lessons/{course.essay}/grades/release") == {"released": 0}


@pytest.fixture(scope="module")
def after_release(released, course, learners):
    """What the learners are shown once the release has reached the grades of record."""
    essays = [learners[number] for number in ESSAYS]
    within(READY_WITHIN, lambda: all(part_of(each, course, course.essay)["points"] is not None for each in essays))
    return [seen_by(each, course) for each in learners]


def test_released_grades_make_the_totals(after_release):
    for number, seen in enumerate(after_release):
        assert seen.grades["percent"] == percent(total(number))
        assert seen.grades["passed"] == (total(number) >= NEEDED)


def test_a_late_retake_never_lowers_the_grade(after_release, course):
    shown = after_release[DOV].submission["submissions"]
    [essay] = [each for each in after_release[DOV].grades["lessons"] if each["lesson_id"] == course.essay]

    assert {each["number"]: each["grade"]["points"] for each in shown} == {1: 10, 2: 8}
    assert essay["points"] == 10


def test_an_essay_that_passes_opens_the_next_lesson(after_release, course):
    """Whoever has 60 % of its points."""
    shares = {number: points_of(number, essays=True)["essay"] for number in range(len(NAMES))}

    opened = {number for number, seen in enumerate(after_release) if seen.access["allowed"]}

    assert opened == {number for number, share in shares.items() if share >= NEEDED}
    assert opened == {ADA, BEN, CLEO}


@pytest.fixture(scope="module")
def corrected(after_release, course, learners, instructor):
    """One sketch was shown in class, and one learner was ill when the model was due."""
    path = f"/courses/{course.id}/learners/{{}}/grades/{{}}"
    override = {"points": OVERRIDE, "reason": "Shown in class."}
    instructor.call("PUT", path.format(learners[FAY].id, course.sketch), **override)
    instructor.call("PUT", path.format(learners[EVE].id, course.model), excused=True, reason="Was ill.")


def expected(number):
    share = total(number, corrected=True)
    label = next(name for name, least in (("A", Fraction(9, 10)), ("B", NEEDED), ("C", 0)) if share >= least)
    return (percent(share), label, share >= NEEDED)


@pytest.fixture(scope="module")
def reports(corrected, course, learners, instructor):
    """All figures of each learner after the corrections, as JSON, and as the cells of both exports."""
    path = f"{instructor.url}/courses/{course.id}/grades"
    rows = {each["user_id"]: each for each in instructor.http.get(path, timeout=20).json()}
    file = instructor.http.get(f"{path}.csv", timeout=20).content.decode("utf-8-sig")
    book = io.BytesIO(instructor.http.get(f"{path}.xlsx", timeout=20).content)
    headings, *cells = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()
    exported = [*csv.DictReader(io.StringIO(file)), *(dict(zip(headings, each, strict=True)) for each in cells)]
    return [
        (
            [
                learner.call("GET", f"/courses/{course.id}/grades/me"),
                *learner.call("GET", "/users/me/grades"),
                rows[learner.id],
            ],
            [each for each in exported if int(each["user_id"]) == learner.id],
        )
        for learner in learners
    ]


def test_corrections_reach_every_report(reports):
    for number, (shown, exported) in enumerate(reports):
        assert (len(shown), len(exported)) == (3, 2)
        for each in shown:
            assert (each["percent"], each["label"], each["passed"]) == expected(number)
        for each in exported:
            assert (float(each["percent"]), each["label"], each["passed"] == "true") == expected(number)


def test_a_correction_is_explained_to_whom_it_concerns(reports, course, learners, instructor):
    path = f"/courses/{course.id}/learners/{learners[FAY].id}/grades/{course.sketch}/history"
    [change] = [each for each in instructor.call("GET", path) if each["cause"] == "overridden"]
    me = instructor.call("GET", "/users/me")["id"]

    assert (change["by"], change["reason"]) == (me, "Shown in class.")
    sketch = part_of(learners[FAY], course, course.sketch)
    assert (sketch["points"], sketch["overridden"]) == (OVERRIDE, True)
    assert part_of(learners[EVE], course, course.model)["part"] == "excused"


def test_an_override_survives_a_new_result(reports, course, learners, instructor):
    """A grade that is given afterwards is computed and shown to staff, and does not count."""
    hand_in(learners[FAY], course.sketch, text="Here it is, after all.")
    [sketch] = submissions(instructor, course.sketch, user_id=learners[FAY].id)

    assert grade(instructor, sketch, points=1) == 200

    assert part_of(learners[FAY], course, course.sketch)["points"] == OVERRIDE
    assert learners[FAY].call("GET", f"/courses/{course.id}/grades/me")["percent"] == expected(FAY)[0]


def completed(learner, course):
    [seat] = learner.call("GET", "/users/me/enrollments")
    return seat["completed_at"] is not None


@pytest.fixture(scope="module")
def roll_up(worker, environment, entry_point):
    """Return a function that has the worker complete courses now, and not within a minute."""
    command = [sys.executable, "-m", "celery", "-A", f"{entry_point}.celery", "call", "learnstream.roll_up"]
    return lambda: subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


@pytest.fixture(scope="module")
def at_the_end(reports, course, learners, roll_up):
    """Both who have passed the essay have read the last lesson: whether that completed the course."""
    both = [learners[number] for number in (ADA, CLEO)]
    for learner in both:
        learner.call("PUT", f"/lessons/{course.end}/progress", opened=True)
    roll_up()
    within(READY_WITHIN, lambda: completed(both[0], course))
    return [completed(learner, course) for learner in both]


def test_a_course_is_completed_by_its_grade_too(at_the_end, course, learners, instructor, roll_up):
    assert (total(ADA) >= NEEDED, total(CLEO) >= NEEDED) == (True, False)
    assert at_the_end == [True, False]

    path = f"/courses/{course.id}/learners/{learners[CLEO].id}/grades/{course.test}"
    instructor.call("PUT", path, points=TEST_POINTS, reason="Took it aloud.")
    roll_up()

    within(READY_WITHIN, lambda: completed(learners[CLEO], course))
