from concurrent.futures import ThreadPoolExecutor

import pytest
from bson import ObjectId

from learnstream.documents import Lesson, Quiz
from learnstream.services.quizzes import access_codes, questions
from tests.factories import make_course, make_person, make_question, section

DEFAULTS = {
    "shuffle_options": False,
    "time_limit": None,
    "attempts_allowed": 1,
    "wait": 0,
    "score_of": "highest",
    "pass_fraction": 0.5,
    "closes": None,
    "navigation": "free",
    "access_code_needed": False,
    "review": {"score": "at_once", "answers": "after_last_attempt", "feedback": "after_last_attempt"},
}
WHOLE = {
    "shuffle_options": True,
    "time_limit": 600,
    "attempts_allowed": None,
    "wait": 3600,
    "score_of": "average",
    "pass_fraction": 0.3333,
    "closes": {"at": "2026-05-01T12:00:00+00:00"},
    "navigation": "forward",
    "review": {"score": "never", "answers": "after_close", "feedback": "at_once"},
}
MOON = {"count": 2, "tags": ["moon"], "points": 0.1}


def put(client, lesson, auth, sections=(), headers=None, **settings):
    body = {"sections": list(sections), **settings}
    return client.put(f"/lessons/{lesson.id}/quiz", json=body, auth=auth, headers=headers)


def stored(lesson):
    quiz_id = Lesson.collection().find_one({"_id": ObjectId(lesson.id)})["quiz_id"]
    return Quiz.collection().find_one({"_id": quiz_id})


def test_absent_settings_have_defaults(client, owner, lesson):
    response = put(client, lesson, owner)

    sums = {"lesson_id": lesson.id, "sections": [], "question_count": 0, "max_points": 0.0}
    assert (response.status_code, response.json) == (200, DEFAULTS | sums)
    assert response.headers["ETag"] == '"2"'


def test_the_whole_quiz_is_replaced_and_read_back(client, owner, examined, lesson):
    put(client, lesson, owner, navigation="forward", access_code="Orion")
    for _ in range(2):
        make_question(examined, tags=["moon"])
    given = [
        section((make_question(examined), 2.5), title="One", shuffle=True),
        {"draw": MOON, "title": "", "shuffle": False},
    ]

    response = put(client, lesson, owner, given, **WHOLE)

    assert {name: response.json[name] for name in WHOLE} == WHOLE
    assert response.json["sections"] == [given[0] | {"draw": None}, given[1] | {"questions": []}]
    assert (response.json["question_count"], response.json["max_points"]) == (3, 2.7)
    assert client.get(f"/lessons/{lesson.id}/quiz", auth=owner).json == response.json


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_limit", 9),
        ("time_limit", 60.5),
        ("time_limit", True),
        ("time_limit", 10**40),
        ("attempts_allowed", 0),
        ("attempts_allowed", "1"),
        ("wait", -1),
        ("score_of", "best"),
        ("pass_fraction", 1.01),
        ("pass_fraction", -0.1),
        ("pass_fraction", 0.33333),
        ("pass_fraction", None),
        ("closes", {}),
        ("closes", {"at": "2026-05-01T12:00:00Z", "after_days": 1}),
        ("closes", {"after_days": -1}),
        ("closes", {"at": "tomorrow"}),
        ("navigation", "backward"),
        ("access_code", ""),
        ("access_code", "a\nb"),
        ("access_code", "x" * 65),
        ("access_code", "\ud800"),
        ("review", {"score": "soon"}),
        ("review", {"score": "after_close"}),
        ("shuffle_options", 1),
        ("sections", [{}] * 51),
        ("question_count", 3),
    ],
)
def test_an_invalid_setting_is_named(client, owner, lesson, field, value):
    response = put(client, lesson, owner, **{"sections": [], field: value})

    assert (response.status_code, list(response.json["errors"]["json"])) == (422, [field])
    assert stored(lesson) is None


@pytest.mark.parametrize("points", [0, -1, 1000.1, "1", True, None, 0.00001, 1e400, float("nan"), 10**400])
def test_invalid_points_are_named(client, owner, examined, lesson, points):
    response = put(client, lesson, owner, [section((make_question(examined), points))])

    errors = response.json["errors"]["json"]
    assert response.status_code == 422 or response.json["code"] == "malformed_json"
    assert stored(lesson) is None
    assert response.status_code == 400 or "points" in errors["sections"]["0"]["questions"]["0"]


@pytest.mark.parametrize("draw", [MOON | {"count": 0}, MOON | {"count": 301}, MOON | {"tags": "moon"}, {"count": 1}])
def test_an_invalid_draw_is_named(client, owner, lesson, draw):
    response = put(client, lesson, owner, [{"draw": draw}])

    assert "draw" in response.json["errors"]["json"]["sections"]["0"]


@pytest.mark.parametrize("body", [{}, {"sections": None}, {"sections": {}}, {"sections": [None]}])
def test_sections_are_required(client, owner, lesson, body):
    response = client.put(f"/lessons/{lesson.id}/quiz", json=body, auth=owner)

    assert list(response.json["errors"]["json"]) == ["sections"]


def test_minus_zero_is_zero(client, owner, lesson):
    assert str(put(client, lesson, owner, pass_fraction=-0.0).json["pass_fraction"]) == "0.0"


def test_a_section_has_questions_or_a_draw(client, owner, examined, lesson):
    response = put(client, lesson, owner, [section(make_question(examined, tags=["moon"]), draw=MOON)])

    assert response.json["errors"]["json"]["sections"]["0"] == {"draw": ["A section has either questions or a draw."]}


def test_an_attempt_has_at_most_300_questions(client, owner, lesson):
    response = put(client, lesson, owner, [{"draw": MOON | {"count": 150}}, {"draw": MOON | {"count": 151}}])

    assert response.json["errors"]["json"] == {"sections": ["An attempt can have at most 300 questions."]}


def archived(course):
    question_id = make_question(course)
    questions.archive(question_id)
    return question_id


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (lambda course: ["f" * 24], "The course has no such question."),
        (lambda course: [make_question(make_course(make_person()))], "The course has no such question."),
        (lambda course: [archived(course)], "The question is archived."),
        (lambda course: [make_question(course)] * 2, "The quiz contains the question already."),
    ],
)
def test_a_question_that_cannot_be_asked_is_named(client, owner, examined, lesson, chosen, message):
    ids = chosen(examined)

    response = put(client, lesson, owner, [section(*ids)])

    place = {str(len(ids) - 1): {"question_id": [message]}}
    assert (response.status_code, response.json["errors"]["json"]) == (422, {"sections": {"0": {"questions": place}}})
    assert stored(lesson) is None


def drawn(client, lesson, owner, *counts):
    response = put(client, lesson, owner, [{"draw": MOON | {"count": count}} for count in counts])
    return response.status_code, response.json.get("errors", {}).get("json", {}).get("sections")


def test_a_draw_must_not_be_larger_than_its_pool(client, owner, examined, lesson):
    for _ in range(3):
        make_question(examined, tags=["moon", "sky"])
    make_question(examined, tags=["sky"])

    assert drawn(client, lesson, owner, 3) == (200, None)
    assert drawn(client, lesson, owner, 4) == (
        422,
        {"0": {"draw": {"count": ["Only 3 of the course's questions can be drawn."]}}},
    )


def test_draws_share_their_pool(client, owner, examined, lesson):
    for _ in range(3):
        make_question(examined, tags=["moon"])

    assert drawn(client, lesson, owner, 1, 2) == (200, None)
    message = "3 of the course's questions can be drawn, but earlier draws may leave only 1 of them."
    assert drawn(client, lesson, owner, 2, 2) == (422, {"1": {"draw": {"count": [message]}}})


def test_draws_leave_out_the_questions_of_every_attempt(client, owner, examined, lesson):
    asked, _ = make_question(examined, tags=["moon"]), make_question(examined, tags=["moon"])

    response = put(client, lesson, owner, [section(asked), {"draw": MOON}])

    assert response.json["errors"]["json"] == {
        "sections": {"1": {"draw": {"count": ["Only 1 of the course's questions can be drawn."]}}}
    }


def test_the_access_code_is_stored_as_a_hash_and_never_shown(client, owner, lesson):
    response = put(client, lesson, owner, access_code=" Orion ")

    assert response.json["access_code_needed"]
    assert "orion" not in (response.text + str(stored(lesson))).lower()
    assert access_codes.matches(stored(lesson)["access_code"], "ORION")
    assert not access_codes.matches(stored(lesson)["access_code"], "Vega")


@pytest.mark.parametrize(
    ("given", "is_kept"), [({}, True), ({"access_code": "orion"}, True), ({"access_code": "Vega"}, False)]
)
def test_an_absent_access_code_stays(client, owner, lesson, given, is_kept):
    put(client, lesson, owner, access_code="Orion")
    before = stored(lesson)["access_code"]

    put(client, lesson, owner, **given)

    assert (stored(lesson)["access_code"] == before) is is_kept


def test_null_removes_the_access_code(client, owner, lesson):
    put(client, lesson, owner, access_code="Orion")

    assert not put(client, lesson, owner, access_code=None).json["access_code_needed"]


def test_the_same_settings_are_stored_once(client, owner, examined, lesson):
    chosen = section((make_question(examined), 1))
    put(client, lesson, owner, [chosen])
    chosen["questions"][0]["points"] = 1.0
    put(client, lesson, owner, [chosen])

    assert Quiz.collection().count_documents({}) == 1


def test_a_changed_draft_is_not_overwritten(client, owner, lesson):
    put(client, lesson, owner)

    assert put(client, lesson, owner, headers={"If-Match": '"1"'}).status_code == 412


def test_only_quiz_lessons_have_a_quiz(client, owner, course):
    response = put(client, course.text, owner)

    assert (response.status_code, response.json["code"]) == (409, "not_a_quiz_lesson")


def test_a_stranger_is_rejected(client, stranger, lesson):
    assert put(client, lesson, stranger).status_code == 404


def test_of_writes_at_once_each_is_whole_or_rejected(application, owner, lesson):
    def write(seconds):
        with application.test_client() as client:
            code = f"code {seconds}"
            return seconds, put(client, lesson, owner, time_limit=seconds, access_code=code).status_code

    with ThreadPoolExecutor(8) as threads:
        answers = dict(threads.map(write, range(10, 18)))

    last = stored(lesson)
    assert set(answers.values()) <= {200, 409}
    assert answers[last["time_limit"]] == 200
    assert access_codes.matches(last["access_code"], f"code {last['time_limit']}")
