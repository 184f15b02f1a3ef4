"""The demo school's homework: two assignments, what its learners hand in, and what its teacher gives for that."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from devstack.demo.client import Client
from devstack.demo.content import STUDENTS, DemoUser
from learnstream.clock import now

MOON, PLANET, QUIZ = "A week of the moon", "A planet of your own", "What have you seen?"
GRADING: dict[str, Any] = {
    "categories": [
        {"id": "tests", "title": "Tests", "weight": 40},
        {"id": "homework", "title": "Homework", "weight": 60},
    ],
    "missing": "zero_after_due",
    "pass_fraction": 0.5,
    "scale": [{"label": "A", "from": 0.9}, {"label": "B", "from": 0.75}, {"label": "C", "from": 0.5}],
}
RUBRIC: list[dict[str, Any]] = [
    {
        "id": "evenings",
        "title": "Evenings",
        "description": "On how many evenings was the moon looked for? A cloudy one counts.",
        "levels": [
            {"id": "few", "title": "One or two", "points": 1},
            {"id": "some", "title": "Three to five", "points": 3},
            {"id": "all", "title": "Six or seven", "points": 5},
        ],
    },
    {
        "id": "drawing",
        "title": "Drawing",
        "description": "",
        "levels": [
            {"id": "none", "title": "Nothing drawn", "points": 0},
            {"id": "shape", "title": "The shape of the bright part", "points": 2},
            {"id": "sky", "title": "The shape, and where it stood", "points": 3},
        ],
    },
    {
        "id": "explanation",
        "title": "Explanation",
        "description": "Why did it change as it did?",
        "levels": [
            {"id": "none", "title": "None", "points": 0},
            {"id": "partly", "title": "Partly right", "points": 1},
            {"id": "right", "title": "Right", "points": 2},
        ],
    },
]
SETTINGS: dict[str, dict[str, Any]] = {
    MOON: {
        "instructions": (
            "Look for the moon on seven evenings.\n\n- Note the day, the time and the direction.\n- Draw what you see.\n"
            "- Say in a few sentences **why** it changes.\n\nText, or photos of your notes, or both."
        ),
        "points": 10,
        "kinds": ["text", "files"],
        "max_files": 7,
        "late": {"percent": 10, "per": "day", "floor_percent": 50},
        "attempts_allowed": 3,
        "rubric": RUBRIC,
        "release": "held",
    },
    PLANET: {
        "instructions": "Invent a planet: its size, its distance from its sun, and what an evening there looks like.",
        "points": 5,
        "kinds": ["text", "url"],
        "resubmit": "when_returned",
        "release": "at_once",
    },
}
DIARY = """\
Monday, 18:40, south-west: a thin sickle, low above the roofs.
Tuesday, 18:50, south-west: thicker, and higher.
Wednesday: clouds.
Thursday, 19:00, south: half of it is bright.
Friday, 19:10, south: more than half.
Saturday, 19:00, south-east: nearly round.
Sunday, 19:15, east: full.

We see more and more of its day side, because it moves away from the sun."""
SHORT_DIARY = "I saw the moon on Monday and on Friday. It got bigger because the earth's shadow moved away."
NOTES = b"day,time,direction\nMonday,18:40,SW\nTuesday,18:50,SW\nThursday,19:00,S\nFriday,19:10,S\nSaturday,19:00,SE\nSunday,19:15,E\n"
KELP = "Kelp is an ocean with two suns. In the evening one sets in the west and one in the east."
DUST = "Dust. It is red."
DUSTIER = "Dust is red, half as large as the earth, and so far from its sun that noon is as dark as our evening. Its only moon is square."

Upload = Callable[[Client, str, str, bytes], str]


def put_missing(instructor: Client, lessons: list[dict[str, Any]]) -> None:
    """Set the assignments of lessons that have none yet. The first one was due yesterday, and is accepted for two weeks."""
    yesterday, later = (now() + timedelta(days=days) for days in (-1, 14))
    times: dict[str, dict[str, Any]] = {
        MOON: {"due": {"at": yesterday.isoformat()}, "accepted_until": {"at": later.isoformat()}},
        PLANET: {},
    }
    for lesson in lessons:
        if lesson["kind"] == "assignment" and not lesson["assignment"]:
            title = lesson["title"]
            instructor.call("PUT", f"/lessons/{lesson['id']}/assignment", **SETTINGS[title], **times[title])


def put_grading(instructor: Client, course_id: str, lessons: list[dict[str, Any]]) -> None:
    """Let tests make two fifths of the total, and homework three."""
    kinds = {"quiz": "tests", "assignment": "homework"}
    graded = {each["id"]: {"category_id": kinds[each["kind"]]} for each in lessons if each["kind"] in kinds}
    instructor.call("PUT", f"/courses/{course_id}/grading", lessons=graded, **GRADING)


def fill(sign_in: Callable[[DemoUser], Client], teacher: DemoUser, course_id: str, upload: Upload) -> None:
    """Let the learners hand in their homework, and the teacher mark some of it. What is there is left unchanged."""
    instructor, learners = sign_in(teacher), [sign_in(student) for student in STUDENTS]
    ids = {each["title"]: each["id"] for each in instructor.call("GET", f"/courses/{course_id}/lessons")}
    _keep_moon_diaries(instructor, learners, ids[MOON], upload)
    _invent_planets(instructor, learners, ids[PLANET])
    _correct(instructor, learners[2], course_id, ids)


def _keep_moon_diaries(instructor: Client, learners: list[Client], lesson_id: str, upload: Upload) -> None:
    """One in time, by an extension, whose grade is held; one late; and a draft."""
    sam, lea, jun = learners
    if not instructor.call("GET", f"/lessons/{lesson_id}/extensions"):
        week = {"due_at": (now() + timedelta(days=7)).isoformat(), "reason": "Was ill until Thursday."}
        instructor.call("POST", f"/lessons/{lesson_id}/extensions", user_id=_id(sam), **week)
    if not _handed_in(sam, lesson_id):
        _hand_in(sam, lesson_id, text=DIARY, file_ids=[upload(sam, "submission", "moon.csv", NOTES)])
    if not _handed_in(lea, lesson_id):
        _hand_in(lea, lesson_id, text=SHORT_DIARY)
    jun.call("PUT", f"/lessons/{lesson_id}/submission", text="Monday: clouds.")
    levels = {"evenings": "all", "drawing": "shape", "explanation": "right"}
    comment = "A careful diary. Where did the moon stand when you drew it?"
    _grade(instructor, lesson_id, sam, levels=levels, comment=comment, private_note="Might join the astronomy club.")


def _invent_planets(instructor: Client, learners: list[Client], lesson_id: str) -> None:
    """One graded at once; one handed in anew after it was returned; and one returned."""
    sam, lea, jun = learners
    for learner, content in ((sam, {"text": KELP}), (lea, {"text": DUST}), (jun, {"url": "https://example.com/jun"})):
        if not _handed_in(learner, lesson_id):
            _hand_in(learner, lesson_id, **content)
    _grade(instructor, lesson_id, sam, points=4.5, comment="I would like to see that.")
    for learner, comment in ((lea, "How far is it from its sun?"), (jun, "Your page cannot be opened.")):
        if len(_handed_in(learner, lesson_id)) == 1:
            found = _submission(instructor, lesson_id, learner)
            instructor.call("POST", f"/submissions/{found['id']}/return", comment=comment)
    if len(_handed_in(lea, lesson_id)) == 1:
        _hand_in(lea, lesson_id, text=DUSTIER)


def _correct(instructor: Client, learner: Client, course_id: str, ids: dict[str, str]) -> None:
    """Excuse a learner from one lesson, and replace the points of another one."""
    path = f"/courses/{course_id}/learners/{_id(learner)}/grades"
    instructor.call("PUT", f"{path}/{ids[MOON]}", excused=True, reason="Clouds for two weeks.")
    instructor.call("PUT", f"{path}/{ids[QUIZ]}", points=5, reason="Lost power after four minutes.")


def _id(learner: Client) -> int:
    return int(learner.call("GET", "/users/me")["id"])


def _handed_in(learner: Client, lesson_id: str) -> list[dict[str, Any]]:
    submissions: list[dict[str, Any]] = learner.call("GET", f"/lessons/{lesson_id}/submission")["submissions"]
    return submissions


def _hand_in(learner: Client, lesson_id: str, **content: Any) -> None:
    learner.call("PUT", f"/lessons/{lesson_id}/submission", **content)
    learner.call("POST", f"/lessons/{lesson_id}/submission/submit")


def _submission(instructor: Client, lesson_id: str, learner: Client) -> dict[str, Any]:
    [found] = instructor.call("GET", f"/lessons/{lesson_id}/submissions?user_id={_id(learner)}")
    return dict(found)


def _grade(instructor: Client, lesson_id: str, learner: Client, **grade: Any) -> None:
    found = _submission(instructor, lesson_id, learner)
    instructor.call("PUT", f"/submissions/{found['id']}/grade", **grade)
