"""What an assignment takes: texts, URLs and files, each within its limits."""

import pytest

from tests.files import make_file
from tests.homework import hand_in, learner_of, save_draft, submissions_of


@pytest.fixture
def make_upload(learner):
    """Return a function that creates a file to hand in, by default a PDF of the learner's that is ready."""

    def make_upload(owner=learner, **fields):
        facts = {"purpose": "submission", "state": "ready", "type": "application/pdf", "object": "files/none"}
        return str(make_file(owner, **facts | fields)["_id"])

    return make_upload


def problems(response):
    assert response.json["code"] == "validation_failed"
    return response.json["errors"]["json"]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"text": 7}, "text"),
        ({"text": "\x00"}, "text"),
        ({"text": "\ud800"}, "text"),
        ({"text": "x" * 100_001}, "text"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "ftp://moon.example.com/"}, "url"),
        ({"url": "moon.example.com"}, "url"),
        ({"url": "https://"}, "url"),
        ({"url": "https://[::1"}, "url"),
        ({"url": "https://moon.example.com:99999/"}, "url"),
        ({"url": "https://moon.example.com/a b"}, "url"),
        ({"url": "https://moon.example.com/\nSet-Cookie: x"}, "url"),
        ({"url": "https://moon.example.com/" + "x" * 2000}, "url"),
        ({"url": "https://moon.example.com@evil.example.com/"}, "url"),
        ({"url": "https://moon.example.com/\u202egpj.exe"}, "url"),
        ({"file_ids": "x"}, "file_ids"),
        ({"file_ids": ["x"]}, "file_ids"),
        ({"file_ids": ["f" * 24] * 21}, "file_ids"),
        ({"file_ids": [None]}, "file_ids"),
        ({"state": "submitted"}, "state"),
        ({"grade": {"points": 10}}, "grade"),
    ],
)
def test_an_invalid_field_is_named(client, learner, homework, content, field):
    response = save_draft(client, learner, homework, status=422, **content)

    assert [*problems(response)] == [field]
    assert submissions_of(client, learner, homework)["draft"] is None


@pytest.mark.parametrize(
    ("kinds", "content", "field"),
    [
        (["files"], {"text": "The moon"}, "text"),
        (["text"], {"url": "https://moon.example.com/"}, "url"),
        (["text", "url"], {"file_ids": ["f" * 24]}, "file_ids"),
    ],
)
def test_a_kind_that_the_assignment_does_not_take_is_named(client, learner, make_homework, kinds, content, field):
    response = save_draft(client, learner, make_homework(kinds=kinds), status=422, **content)

    assert [*problems(response)] == [field]


def test_a_text_has_at_most_the_characters_of_the_assignment(client, learner, make_homework):
    homework = make_homework(max_length=5)
    save_draft(client, learner, homework, text="🌕🌖🌗🌘🌑")

    response = save_draft(client, learner, homework, text="123456", status=422)

    assert problems(response) == {"text": ["Must have at most 5 characters."]}


def test_files_are_handed_in_in_order_with_their_names(client, learner, homework, make_upload):
    first, second = make_upload(name="Moon.pdf"), make_upload(name="Sun.pdf")

    hand_in(client, learner, homework, file_ids=[second, first])

    [submission] = submissions_of(client, learner, homework)["submissions"]
    assert [(each["file_id"], each["name"], each["type"]) for each in submission["files"]] == [
        (second, "Sun.pdf", "application/pdf"),
        (first, "Moon.pdf", "application/pdf"),
    ]


def test_files_that_cannot_be_handed_in_are_named_by_their_places(client, learner, course, make_homework, make_upload):
    homework = make_homework(types=["application/pdf"], max_bytes=2000, max_files=7)
    good = make_upload()
    bad = {
        1: (make_upload(learner_of(course)), "You have no such file."),
        2: ("f" * 24, "You have no such file."),
        3: (make_upload(purpose="photo"), "Must be a file with the purpose submission."),
        4: (make_upload(size=2001), "Must have at most 2000 bytes."),
        5: (make_upload(type="text/plain"), "Must be one of: application/pdf."),
        6: (good, "Duplicate file."),
    }

    response = save_draft(client, learner, homework, file_ids=[good, *(each for each, _ in bad.values())], status=422)

    assert problems(response) == {"file_ids": {str(place): [problem] for place, (_, problem) in bad.items()}}


@pytest.mark.parametrize(("state", "code"), [("uploading", "file_not_ready"), ("refused", "file_refused")])
def test_a_file_that_is_not_ready_is_not_taken(client, learner, homework, make_upload, state, code):
    response = save_draft(client, learner, homework, file_ids=[make_upload(state=state)], status=409)

    assert response.json["code"] == code


def test_files_are_limited(client, learner, make_homework, make_upload):
    response = save_draft(
        client, learner, make_homework(max_files=1), file_ids=[make_upload(), make_upload()], status=422
    )

    assert problems(response) == {"file_ids": ["Must be at most 1 files."]}
