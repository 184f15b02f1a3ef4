from concurrent.futures import ThreadPoolExecutor

import pytest
from bson import ObjectId

from learnstream.documents import Assignment, Course, Lesson
from learnstream.documents.assignment import MAX_BYTES
from learnstream.services.media.file_purposes import HOMEWORK
from tests.factories import make_course, make_person
from tests.files import make_document, make_document_with_bytes, make_file
from tests.homework import RUBRIC

DEFAULTS = {
    "instructions": "",
    "attachments": [],
    "due": None,
    "accepted_until": None,
    "late": None,
    "kinds": ["text", "files", "url"],
    "max_files": 5,
    "max_bytes": MAX_BYTES,
    "types": list(HOMEWORK.types),
    "max_length": 20_000,
    "attempts_allowed": None,
    "resubmit": "until_graded",
    "rubric": [],
    "anonymous": False,
    "release": "at_once",
    "pass_fraction": 0.5,
}
EARLY, LATER = "2027-05-01T12:00:00+00:00", "2027-05-02T12:00:00+00:00"
WHOLE = {
    "instructions": "  Draw *the moon*.\n",
    "points": 10,
    "due": {"at": EARLY},
    "accepted_until": {"at": LATER},
    "late": {"percent": 12.5, "per": "hour", "floor_percent": 40},
    "kinds": ["url", "text"],
    "max_files": 20,
    "max_bytes": 1,
    "types": ["application/pdf", "image/jpeg"],
    "max_length": 100_000,
    "attempts_allowed": 3,
    "resubmit": "until_due",
    "anonymous": True,
    "release": "held",
    "pass_fraction": 0.3333,
}
LEVELS = [{"title": "No", "points": 0}, {"title": "Yes", "points": 10}]


def put(client, lesson, auth, headers=None, **settings):
    body = {"points": 10, **settings}
    return client.put(f"/lessons/{lesson.id}/assignment", json=body, auth=auth, headers=headers)


def stored(lesson):
    assignment_id = Lesson.collection().find_one({"_id": ObjectId(lesson.id)})["assignment_id"]
    return Assignment.collection().find_one({"_id": assignment_id})


def problems(response):
    assert response.status_code == 422
    return response.json["errors"]["json"]


def test_absent_settings_have_defaults(client, owner, lesson):
    response = put(client, lesson, owner)

    assert (response.status_code, response.json) == (200, DEFAULTS | {"lesson_id": lesson.id, "points": 10.0})
    assert response.headers["ETag"] == '"2"'


def test_the_whole_assignment_is_replaced_and_read_back(client, owner, lesson):
    put(client, lesson, owner, anonymous=False, max_files=1)
    file_id = make_document_with_bytes(owner, purpose="attachment")
    rubric = [{"description": "", **criterion} for criterion in RUBRIC]

    response = put(client, lesson, owner, **WHOLE, attachments=[file_id], rubric=rubric)

    assert response.json == {"lesson_id": lesson.id, **WHOLE, "attachments": [file_id], "rubric": rubric}
    assert client.get(f"/lessons/{lesson.id}/assignment", auth=owner).json == response.json


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("points", value) for value in (0, -1, 10_000.1, "1", True, None, 0.00001, 10**400, [1], {})),
        ("instructions", "x" * 20_001),
        ("instructions", None),
        ("instructions", "a\0b"),
        ("attachments", ["x"]),
        ("attachments", "f" * 24),
        ("attachments", [None]),
        ("attachments", [f"{number:024x}" for number in range(21)]),
        ("due", {}),
        ("due", {"at": EARLY, "after_days": 1}),
        ("due", {"after_days": -1}),
        ("due", {"after_days": True}),
        ("due", {"at": "2027-05-01T12:00:00"}),
        ("due", EARLY),
        ("accepted_until", {"at": "9999-12-31T23:59:59Z"}),
        *(("kinds", value) for value in ([], ["video"], ["text", "text"], "text", None, [["text"]])),
        *(("max_files", value) for value in (0, 21, "5", 1.5)),
        *(("max_bytes", value) for value in (0, MAX_BYTES + 1, 10**40)),
        *(("types", value) for value in ([], ["application/x-msdownload"], [1], ["application/pdf"] * 51, None)),
        ("max_length", 0),
        ("max_length", 100_001),
        ("attempts_allowed", 0),
        ("attempts_allowed", 1001),
        ("resubmit", "always"),
        ("resubmit", "until_due"),
        ("late", {"percent": 10, "per": "day"}),
        ("release", "never"),
        ("pass_fraction", 1.01),
        ("pass_fraction", -0.1),
        ("anonymous", 1),
        ("rubric", {}),
        ("rubric", [{"title": "One", "levels": LEVELS}] * 21),
        ("lesson_id", "f" * 24),
    ],
)
def test_an_invalid_setting_is_named(client, owner, lesson, field, value):
    assert list(problems(put(client, lesson, owner, **{field: value}))) == [field]
    assert stored(lesson) is None


@pytest.mark.parametrize(
    ("late", "field"),
    [
        ({"per": "day"}, "percent"),
        ({"percent": 0, "per": "day"}, "percent"),
        ({"percent": 100.1, "per": "day"}, "percent"),
        ({"percent": 10, "per": "week"}, "per"),
        ({"percent": 10, "per": "day", "floor_percent": 101}, "floor_percent"),
        ({"percent": 10, "per": "day", "floor_percent": -1}, "floor_percent"),
        ({"percent": 10, "per": "day", "grace": 1}, "grace"),
    ],
)
def test_an_invalid_deduction_is_named(client, owner, lesson, late, field):
    assert list(problems(put(client, lesson, owner, due={"at": EARLY}, late=late))["late"]) == [field]


@pytest.mark.parametrize(
    ("due", "until", "status"),
    [
        ({"at": LATER}, {"at": EARLY}, 422),
        ({"at": EARLY}, {"at": EARLY}, 200),
        ({"after_days": 3}, {"after_days": 2}, 422),
        ({"after_days": 0}, {"after_days": 0}, 200),
        # These can be compared only once a learner has enrolled.
        ({"at": LATER}, {"after_days": 0}, 200),
        ({"after_days": 3}, {"at": EARLY}, 200),
        (None, {"at": EARLY}, 200),
    ],
)
def test_submissions_do_not_end_before_they_are_due(client, owner, lesson, due, until, status):
    response = put(client, lesson, owner, due=due, accepted_until=until)

    assert response.status_code == status
    assert status == 200 or list(problems(response)) == ["accepted_until"]


def release(course, **releases):
    """Set when the course's module and its lesson open."""
    [module] = Course.collection().find_one({"_id": ObjectId(course.id)})["modules"]
    own = [{"lesson_id": ObjectId(course.lessons[0].id), "prerequisites": [], "release": releases.get("of_lesson")}]
    changed = {**module, "release": releases.get("of_module"), "conditions": own}
    Course.collection().update_one({"_id": ObjectId(course.id)}, {"$set": {"modules": [changed]}})


@pytest.mark.parametrize("opens", ["of_lesson", "of_module"])
@pytest.mark.parametrize(
    ("due", "status"), [({"after_days": 6}, 422), ({"after_days": 7}, 200), ({"at": EARLY}, 200), (None, 200)]
)
def test_nothing_is_due_before_the_lesson_opens(client, owner, assigned, lesson, opens, due, status):
    release(assigned, **{opens: {"after_days": 7}})

    response = put(client, lesson, owner, due=due)

    assert response.status_code == status
    assert status == 200 or problems(response) == {"due": ["Must not be before the lesson opens."]}


def levels(*points):
    return [{"title": "Level", "points": each} for each in points]


@pytest.mark.parametrize(
    ("criteria", "is_possible"),
    [
        ([(0, 10)], True),
        ([(10, 0)], True),
        ([(0, 0.1), (9.9, 5, 0)], True),
        ([(0, 9.9999)], False),
        ([(0, 6), (0, 5)], False),
    ],
)
def test_the_best_levels_are_worth_all_points(client, owner, lesson, criteria, is_possible):
    response = put(client, lesson, owner, rubric=[{"title": "One", "levels": levels(*each)} for each in criteria])

    assert response.status_code == (200 if is_possible else 422)
    assert is_possible or "`points`" in problems(response)["rubric"][0]


@pytest.mark.parametrize(
    ("criterion", "path"),
    [
        ({"levels": LEVELS}, "title"),
        ({"title": "", "levels": LEVELS}, "title"),
        ({"title": "One"}, "levels"),
        ({"title": "One", "levels": LEVELS[1:]}, "levels"),
        ({"title": "One", "levels": LEVELS * 6}, "levels"),
        ({"title": "One", "levels": [None, None]}, "levels"),
        ({"title": "One", "levels": levels(-1, 10)}, "levels"),
        ({"title": "One", "levels": levels("10", 0)}, "levels"),
        ({"title": "One", "levels": LEVELS, "id": "a b"}, "id"),
        ({"title": "One", "levels": LEVELS, "id": ""}, "id"),
        ({"title": "One", "levels": LEVELS, "id": "x" * 33}, "id"),
        ({"title": "One", "levels": LEVELS, "id": None}, "id"),
        ({"title": "One", "levels": LEVELS, "weight": 2}, "weight"),
    ],
)
def test_an_invalid_criterion_is_named(client, owner, lesson, criterion, path):
    assert list(problems(put(client, lesson, owner, rubric=[criterion]))["rubric"]["0"]) == [path]


@pytest.mark.parametrize(("level_id", "criterion_id"), [("a", "one"), ("A", "ONE")])
def test_ids_are_unique_in_any_case(client, owner, lesson, level_id, criterion_id):
    half = [{"id": "a", "title": "No", "points": 0}, {"id": level_id, "title": "Yes", "points": 5}]
    rubric = [
        {"id": "one", "title": "One", "levels": levels(0, 5)},
        {"id": criterion_id, "title": "Two", "levels": half},
    ]

    found = problems(put(client, lesson, owner, rubric=rubric))["rubric"]

    twice = {"id": ["Must not be the same as another one."]}
    assert found == {"0": twice, "1": {**twice, "levels": {"0": twice, "1": twice}}}


def test_absent_ids_are_free_numbers(client, owner, lesson):
    given = [{"title": "No", "points": 0}, {"id": "1", "title": "Half", "points": 2}, {"title": "Yes", "points": 5}]
    rubric = [{"title": "One", "levels": given}, {"id": "1", "title": "Two", "levels": levels(0, 5)}]

    shown = put(client, lesson, owner, rubric=rubric).json["rubric"]

    assert [criterion["id"] for criterion in shown] == ["2", "1"]
    assert [level["id"] for level in shown[0]["levels"]] == ["2", "1", "3"]


def test_types_are_stored_by_their_canonical_names(client, owner, lesson):
    response = put(client, lesson, owner, types=["image/JPG", "image/jpeg", "text/plain; charset=utf-8"])

    assert response.json["types"] == ["image/jpeg", "text/plain"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda owner: "f" * 24, "The file does not exist."),
        (lambda owner: make_document_with_bytes(make_person(), purpose="attachment"), "The file does not exist."),
        (lambda owner: make_document(owner), "Must be a file with the purpose attachment."),
    ],
)
def test_a_file_that_cannot_be_attached_is_named(client, owner, lesson, make, message):
    own = make_document_with_bytes(owner, purpose="attachment")

    response = put(client, lesson, owner, attachments=[own, make(owner)])

    assert problems(response) == {"attachments": {"1": [message]}}
    assert stored(lesson) is None


def test_a_file_that_is_not_ready_cannot_be_attached(client, owner, lesson):
    file_id = str(make_file(owner, purpose="attachment", state="processing")["_id"])

    assert put(client, lesson, owner, attachments=[file_id]).json["code"] == "file_not_ready"


def test_no_file_is_attached_twice(client, owner, lesson):
    file_id = make_document_with_bytes(owner, purpose="attachment")

    assert list(problems(put(client, lesson, owner, attachments=[file_id, file_id]))) == ["attachments"]


def test_the_same_settings_are_stored_once(client, owner, lesson):
    put(client, lesson, owner, points=10)
    put(client, lesson, owner, points=10.0)

    assert Assignment.collection().count_documents({}) == 1


def test_equal_settings_of_other_lessons_are_other_documents(client, owner, lesson):
    other = make_course(owner, [{"title": "Homework", "kind": lesson.kind}], published=False).lessons[0]
    for each in (lesson, other):
        put(client, each, owner)

    assert stored(lesson)["_id"] != stored(other)["_id"]


def test_a_changed_draft_is_not_overwritten(client, owner, lesson):
    put(client, lesson, owner)

    assert put(client, lesson, owner, headers={"If-Match": '"1"'}).status_code == 412


def test_only_assignment_lessons_have_an_assignment(client, owner, course):
    response = put(client, course.text, owner)

    assert (response.status_code, response.json["code"]) == (409, "not_an_assignment_lesson")


def test_a_stranger_is_rejected(client, stranger, lesson):
    assert put(client, lesson, stranger).status_code == 404


def test_of_writes_at_once_with_the_same_etag_one_is_stored(application, owner, lesson):
    def write(points):
        with application.test_client() as client:
            return points, put(client, lesson, owner, points=points, headers={"If-Match": '"1"'}).status_code

    with ThreadPoolExecutor(8) as threads:
        answers = dict(threads.map(write, range(1, 9)))

    assert sorted(answers.values()) == [200, *[412] * 7]
    assert answers[int(stored(lesson)["points"].to_decimal())] == 200
