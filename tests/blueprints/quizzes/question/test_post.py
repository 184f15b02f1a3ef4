import pytest
from bson import ObjectId

from learnstream.documents.question import QuestionKind, QuestionVersion
from tests.files import make_document, make_file
from tests.problems import invalid_fields, outcome
from tests.questions import CONTENTS, body


def post(client, course, auth, headers=None, **fields):
    return client.post(f"/courses/{course.id}/questions", json=body(**fields), auth=auth, headers=headers)


@pytest.mark.parametrize("kind", QuestionKind)
def test_a_question_of_every_kind_is_created_and_read_back(client, owner, course, kind):
    made = post(client, course, owner, kind=kind, tags=["Planets", "planets"], explanation="So.")

    assert made.status_code == 201
    assert made.headers["Location"] == f"/questions/{made.json['id']}"
    assert (made.json["number"], made.json["tags"], made.json["archived_at"]) == (1, ["planets"], None)
    read = client.get(made.headers["Location"], auth=owner)
    assert read.json == made.json
    assert read.headers["ETag"] == made.headers["ETag"] == '"1"'


@pytest.mark.parametrize("kind", QuestionKind)
def test_what_is_read_can_be_sent_again(client, owner, course, kind):
    content = post(client, course, owner, kind=kind).json["content"]

    assert post(client, course, owner, kind=kind, content=content).json["content"] == content


def test_parts_without_an_id_get_the_next_free_number(client, owner, course):
    options = [
        {"text": "a", "correct": True},
        {"text": "b", "correct": False, "id": "1"},
        {"text": "c", "correct": False},
    ]

    made = post(client, course, owner, content={"options": options})

    assert [option["id"] for option in made.json["content"]["options"]] == ["2", "1", "3"]


def test_numbers_stay_exact(client, owner, course):
    value = "3.14159265358979323846264338327950288"

    content = post(client, course, owner, kind="numeric", content={"value": value, "tolerance": 0.1}).json["content"]

    assert (content["value"], content["tolerance"]) == (value, "0.1")


def options(*correct):
    return {"options": [{"text": f"option {index}", "correct": each} for index, each in enumerate(correct)]}


@pytest.mark.parametrize(
    ("kind", "content", "path"),
    [
        ("single_choice", options(True), ["options"]),
        ("single_choice", options(True, True), ["options"]),
        ("single_choice", options(False, False), ["options"]),
        ("single_choice", options(*[True] + 50 * [False]), ["options"]),
        ("single_choice", {}, ["options"]),
        (
            "single_choice",
            {"options": [{"text": "a", "correct": 1}, {"text": "b", "correct": False}]},
            ["options", "0", "correct"],
        ),
        (
            "single_choice",
            {"options": [{"text": "a", "correct": True}, {"text": "a\u200b", "correct": False}]},
            ["options", "1", "text"],
        ),
        (
            "single_choice",
            {"options": [{"id": "x", "text": each, "correct": each == "a"} for each in "ab"]},
            ["options", "0", "id"],
        ),
        (
            "single_choice",
            {"options": [{"id": "ö", "text": each, "correct": each == "a"} for each in "ab"]},
            ["options", "0", "id"],
        ),
        ("single_choice", {"correct": True}, ["correct"]),
        ("true_false", {"correct": "true"}, ["correct"]),
        ("true_false", {"correct": True, "feedback": {"maybe": ""}}, ["feedback", "maybe"]),
        ("multiple_choice", options(False, False), ["options"]),
        ("multiple_choice", options(True, False) | {"scoring": "best"}, ["scoring"]),
        ("short_text", {"accepted": []}, ["accepted"]),
        ("short_text", {"accepted": [{"text": "\u200b"}]}, ["accepted", "0", "text"]),
        ("short_text", {"accepted": [{"text": "a", "share": 0.5}]}, ["accepted"]),
        ("short_text", {"accepted": [{"text": "a", "share": 0}]}, ["accepted", "0", "share"]),
        ("short_text", {"accepted": [{"text": "a", "share": 1.5}]}, ["accepted", "0", "share"]),
        ("short_text", {"accepted": [{"text": "a", "share": 0.33333}]}, ["accepted", "0", "share"]),
        ("short_text", {"accepted": [{"text": "a", "share": "1"}]}, ["accepted", "0", "share"]),
        ("short_text", {"accepted": [{"text": "\x00"}]}, ["accepted", "0", "text"]),
        ("numeric", {"value": "NaN"}, ["value"]),
        ("numeric", {"value": "1e999999999"}, ["value"]),
        ("numeric", {"value": True}, ["value"]),
        ("numeric", {"value": None}, ["value"]),
        ("numeric", {"value": "1,000"}, ["value"]),
        ("numeric", {"value": 10**80}, ["value"]),
        ("numeric", {"value": 1, "tolerance": -1}, ["tolerance"]),
        ("numeric", {"value": 1, "tolerance_kind": "sigma"}, ["tolerance_kind"]),
        ("matching", {"pairs": [{"left": "a", "right": "b"}]}, ["pairs"]),
        ("matching", {"pairs": [{"left": "a", "right": each} for each in "bc"]}, ["pairs", "0", "left"]),
        (
            "matching",
            {"pairs": [{"left": each, "right": "x"} for each in "bc"], "distractors": ["x"]},
            ["distractors", "0"],
        ),
        ("ordering", {"items": [{"text": "a"}, {"text": "a"}]}, ["items", "0", "text"]),
        ("ordering", {"items": [{"text": "a"}]}, ["items"]),
        ("cloze", {"text": "No blanks.", "blanks": []}, ["blanks"]),
        ("cloze", {"text": "{{a}}", "blanks": [{"id": "b", "kind": "numeric", "value": 1}]}, ["text"]),
        ("cloze", {"text": "{{a}} {{a}}", "blanks": [{"id": "a", "kind": "numeric", "value": 1}]}, ["text"]),
        (
            "cloze",
            {"text": "{{a}}", "blanks": [{"id": "a", "kind": "numeric", "value": "x"}]},
            ["blanks", "0", "value"],
        ),
        ("cloze", {"text": "{{a}}", "blanks": [{"id": "a", "kind": "essay"}]}, ["blanks", "0", "kind"]),
        ("cloze", {"text": "{{a}}", "blanks": [{"id": "a", "kind": ["numeric"]}]}, ["blanks", "0", "kind"]),
        (
            "cloze",
            {"text": "{{a}}", "blanks": [{"id": "a", "kind": "numeric", "value": 1, "weight": 0}]},
            ["blanks", "0", "weight"],
        ),
        ("cloze", {"text": "{{a}}", "blanks": [{"kind": "numeric", "value": 1}]}, ["blanks", "0", "id"]),
        ("cloze", {"text": "{{a}}", "blanks": ["a"]}, ["blanks", "0"]),
        ("essay", {"max_length": 0}, ["max_length"]),
        ("essay", {"max_length": 50_001}, ["max_length"]),
        ("essay", [], []),
        ("essay", None, []),
    ],
)
def test_invalid_content_is_named(client, owner, course, kind, content, path):
    answer = post(client, course, owner, kind=kind, content=content)

    assert answer.status_code == 422
    found = answer.json["errors"]["json"]["content"]
    for name in path:
        found = found[name]
    assert found
    assert QuestionVersion.collection().count_documents({}) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stem", ""),
        ("stem", " \n "),
        ("stem", "x" * 20_001),
        ("kind", "riddle"),
        ("kind", None),
        ("media", ["x"]),
        ("media", [str(ObjectId())]),
        ("tags", ["x" * 41]),
        ("key", ""),
        ("points", 3),
        ("number", 2),
    ],
)
def test_an_invalid_field_is_named(client, owner, course, field, value):
    assert invalid_fields(post(client, course, owner, **{field: value})) == [field]


def test_a_content_has_a_greatest_size(client, owner, course):
    options = [{"text": f"{index} " + "€" * 1900, "correct": index == 0} for index in range(50)]

    answer = post(client, course, owner, content={"options": options})

    assert answer.json["errors"]["json"]["content"] == ["Must have at most 64,000 bytes as JSON."]


def test_attachments_of_ones_own_are_shown(client, owner, other_owner, course):
    picture = make_document(owner, purpose="attachment", type="image/png")

    assert post(client, course, owner, media=[picture]).json["media"] == [picture]
    foreign = post(client, course, owner, media=[picture, make_document(other_owner, purpose="attachment")])
    assert foreign.json["errors"]["json"]["media"] == {"1": ["The file does not exist."]}
    document = post(client, course, owner, media=[make_document(owner)])
    assert document.json["errors"]["json"]["media"] == {"0": ["Must be a file with the purpose attachment."]}
    unready = make_file(owner, purpose="attachment")
    assert outcome(post(client, course, owner, media=[str(unready["_id"])])) == (409, "file_not_ready")


def test_a_key_is_unique_in_a_course(client, owner, course, draft_course):
    assert post(client, course, owner, key="planets-1").json["key"] == "planets-1"

    assert outcome(post(client, course, owner, key="planets-1")) == (409, "question_key_taken")
    assert post(client, draft_course, owner, key="planets-1").status_code == 201
    assert post(client, course, owner).status_code == post(client, course, owner).status_code == 201
    assert QuestionVersion.collection().count_documents({}) == 4


def test_a_repeated_request_creates_one_question(client, owner, course):
    headers = {"Idempotency-Key": "0123456789abcdef"}

    first, again = (post(client, course, owner, headers=headers) for _ in range(2))

    assert first.json == again.json
    assert QuestionVersion.collection().count_documents({}) == 1


def test_a_course_has_a_greatest_number_of_questions(client, owner, course, monkeypatch):
    monkeypatch.setattr("learnstream.services.quizzes.questions.MAX_QUESTIONS", 1)
    post(client, course, owner)

    assert outcome(post(client, course, owner)) == (409, "too_many_questions")


def test_only_staff_create_questions(client, stranger, learner, admin, course, draft_course):
    assert outcome(post(client, course, learner)) == (403, "not_your_course")
    assert post(client, draft_course, stranger).status_code == 404
    assert post(client, course, admin).status_code == 201


def test_every_kind_has_a_content():
    assert CONTENTS.keys() == {kind.value for kind in QuestionKind}
