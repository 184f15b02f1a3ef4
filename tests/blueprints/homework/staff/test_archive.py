"""Archives of what was handed in."""

import csv
import io
import zipfile

import pytest
from bson import ObjectId

from learnstream.documents import Submission
from learnstream.documents.file import File, FilePurpose
from learnstream.integrations import files as port
from learnstream.services.homework import archives
from learnstream.services.homework.pseudonyms import pseudonym
from learnstream.services.media import files
from tests.files import make_document_with_bytes
from tests.homework import hand_in, learner_of

HOMEWORK = {"purpose": FilePurpose.SUBMISSION.value}


@pytest.fixture
def download(client, owner, homework):
    """Download the archive of a lesson; return the contents of its files by path, and the table by path."""

    def download(lesson=homework, auth=owner, **query):
        response = client.get(f"/lessons/{lesson.id}/submissions.zip", auth=auth, query_string=query)
        assert response.status_code == 200, response.json
        assert int(response.headers["Content-Length"]) == len(response.data)
        with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
            assert archive.testzip() is None
            found = {info.filename: archive.read(info) for info in archive.infolist()}
        rows = csv.DictReader(io.StringIO(found.pop(archives.CONTENTS).decode("utf-8-sig")))
        return found, {row["path"]: row for row in rows}

    return download


def file_of(person, content=b"%PDF moon", **fields):
    return make_document_with_bytes(person, content, **HOMEWORK | fields)


def test_it_has_texts_links_and_files_in_a_folder_for_each_learner(client, course, learner, homework, download):
    other, file_id = learner_of(course, "Ada"), file_of(learner, name="Moon diary.pdf")
    hand_in(client, learner, homework, text="Die Mondphasen, été", file_ids=[file_id])
    hand_in(client, other, homework, text=None, url="https://example.com/moon")

    found, contents = download()

    folder = f"{learner.name} {learner.id}"
    assert found == {
        f"{folder}/1 text.txt": "Die Mondphasen, été".encode(),
        f"{folder}/1-1 Moon diary.pdf": b"%PDF moon",
        f"Ada {other.id}/1 link.txt": b"https://example.com/moon",
    }
    row = contents[f"{folder}/1-1 Moon diary.pdf"]
    assert (row["state"], row["user_id"], row["name"]) == ("complete", str(learner.id), learner.name)
    assert (row["file_name"], row["size"], row["late_seconds"]) == ("Moon diary.pdf", "9", "0")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../etc/passwd", "_.._etc_passwd.pdf"),
        ("C:\\Windows\\x.exe", "C__Windows_x.exe.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("a\x00\r\nb.pdf", "a b.pdf"),
        ("=cmd|' /C calc'!A0.pdf", "=cmd_' _C calc'!A0.pdf"),
        ("x" * 200 + ".pdf", "x" * 80 + ".pdf"),
        ("gpj\u202efdp.pdf", "gpjfdp.pdf"),
    ],
)
def test_hostile_names_of_files_and_people_are_no_paths(client, course, homework, download, name, path):
    person = learner_of(course, f"..\\{name[:30]}".replace("\x00", "").replace("\r\n", ""))
    hand_in(client, person, homework, text=None, file_ids=[file_of(person, name=name)])

    found, contents = download()

    [only] = found
    folder, file = only.split("/")
    assert file == f"1-1 {path}"
    assert folder.endswith(f" {person.id}")
    assert not folder.startswith(".")
    [row] = contents.values()
    assert not row["file_name"].startswith("=")


def test_equal_names_do_not_meet(client, course, homework, download):
    twins = [learner_of(course, "Ada"), learner_of(course, "Ada")]
    for twin in twins:
        ids = [file_of(twin, content, name="Moon.pdf") for content in (b"first", b"second")]
        hand_in(client, twin, homework, text=None, file_ids=ids)

    found, _ = download()

    assert sorted(found.values()) == [b"first", b"first", b"second", b"second"]


def test_it_has_the_latest_submission_of_each_learner_or_all(client, learner, make_homework, download):
    lesson = make_homework(resubmit="until_closed")
    for text in ("First.", "Second."):
        hand_in(client, learner, lesson, text=text)

    assert list(download(lesson)[0].values()) == [b"Second."]
    assert sorted(download(lesson, latest="false")[0].values()) == [b"First.", b"Second."]


def test_it_takes_the_filters_of_the_list(client, course, owner, learner, homework, download):
    other = learner_of(course)
    graded = hand_in(client, learner, homework, text="Graded.")
    hand_in(client, other, homework, text="Waiting.")
    client.put(f"/submissions/{graded['id']}/grade", auth=owner, json={"points": 7})

    assert list(download(state="submitted")[0].values()) == [b"Waiting."]
    assert list(download(user_id=learner.id)[0].values()) == [b"Graded."]
    assert client.get(f"/lessons/{homework.id}/submissions.zip?state=lost", auth=owner).status_code == 422


def test_anonymous_submissions_have_neither_names_nor_times(client, course, make_homework, download, owner):
    lesson, person = make_homework(anonymous=True), learner_of(course, "Zacharias")
    hand_in(client, person, lesson, text="Moon.", file_ids=[file_of(person, name="Zacharias.pdf")])

    response = client.get(f"/lessons/{lesson.id}/submissions.zip", auth=owner)
    found, contents = download(lesson)

    folder = pseudonym(lesson.id, person.id)
    assert set(found) == {f"{folder}/1 text.txt", f"{folder}/1-1 file-1.pdf"}
    assert b"Zacharias" not in response.data
    assert {(row["user_id"], row["submitted_at"]) for row in contents.values()} == {("", "")}
    times = {info.date_time for info in zipfile.ZipFile(io.BytesIO(response.data)).infolist()}
    assert times == {(1980, 1, 1, 0, 0, 0)}
    assert client.get(f"/lessons/{lesson.id}/submissions.zip?user_id={person.id}", auth=owner).status_code == 422


def test_drafts_are_not_in_it(client, learner, homework, download):
    client.put(f"/lessons/{homework.id}/submission", json={"text": "Not yet."}, auth=learner)

    assert download() == ({}, {})


def test_what_is_missing_is_said_inside(client, learner, homework, download):
    gone, lost, there = (
        file_of(learner, content, name="Moon.pdf") for content in (b"gone" * 20, b"lost" * 20, b"here")
    )
    hand_in(client, learner, homework, text=None, file_ids=[gone, lost, there])
    File.collection().delete_one({"_id": ObjectId(gone)})
    port.service().delete(str(files.find(lost)["object"]))

    found, contents = download()

    folder = f"{learner.name} {learner.id}"
    assert [row["state"] for row in contents.values()] == ["not read", "not read", "complete"]
    assert set(found) == {f"{folder}/1-2 Moon.pdf", f"{folder}/1-3 Moon.pdf"}
    assert found[f"{folder}/1-2 Moon.pdf"].strip() == archives.NOTE


def test_a_submission_that_disappears_meanwhile_is_said_inside(app, client, learner, homework):
    hand_in(client, learner, homework, text="The moon is not made of cheese at all.")
    [text, contents] = archives.entries({"lesson_id": ObjectId(homework.id)})
    Submission.collection().delete_many({})

    assert b"".join(text.read()) == archives.NOTE
    assert b"not read" in b"".join(contents.read())


def test_more_files_than_an_archive_has_are_refused(client, course, owner, learner, homework, monkeypatch):
    monkeypatch.setattr(archives, "MOST_FILES", 1)
    hand_in(client, learner, homework, text="Moon.", url="https://example.com/moon")

    response = client.get(f"/lessons/{homework.id}/submissions.zip", auth=owner)

    assert (response.status_code, response.json["code"]) == (409, "archive_too_large")


def test_a_process_sends_two_at_a_time(client, owner, learner, homework):
    hand_in(client, learner, homework, file_ids=[file_of(learner, b"%PDF" * 250_000)])
    path = f"/lessons/{homework.id}/submissions.zip"
    sent = [client.get(path, auth=owner, buffered=False) for _ in range(2)]

    refused = client.get(path, auth=owner)

    assert [each.status_code for each in sent] == [200, 200]
    assert (refused.status_code, refused.json["code"]) == (503, "archives_busy")
    assert int(refused.headers["Retry-After"]) > 0
    assert len(sent[0].data) == int(sent[0].headers["Content-Length"])
    sent[1].close()
    assert client.head(path, auth=owner).status_code == 200
    assert [client.get(path, auth=owner).status_code for _ in range(3)] == [200] * 3


def test_learners_get_none(client, learner, homework):
    assert client.get(f"/lessons/{homework.id}/submissions.zip", auth=learner).status_code == 403
