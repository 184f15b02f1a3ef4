"""A school of 300 from two spreadsheets: its pupils, and the classes that they are in."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import SimpleNamespace

import pytest
import requests

from tests.e2e.conftest import MAILED_WITHIN, READY_WITHIN
from tests.plugins.mailbox import Mailbox
from tests.spreadsheets import row, xlsx
from tests.waiting import within

CLASSES = ("7A", "7B", "7C", "8A", "8B", "8C", "9A", "9B", "9C", "10A")
SIZE = 30
PUPILS = [(f"Pupil {number:03}", f"pupil{number:03}@school.example", f"{number:04}") for number in range(1, 301)]
# What is wrong with three rows of the first file, by their place.
SPOILED = {7: ("Pupil 008", "pupil008@school", "0008"), 49: ("", *PUPILS[49][1:]), 120: (*PUPILS[120][:2], "1,2E+05")}
TITLE, HEADINGS = "Pupils, spring", ("Name", "E-Mail", "Student number")
FIRST_ROW = 4  # below title, empty row and headings
PASSWORD = "nine herons by the weir"
TESSA = {"email": "tessa@school.example", "password": PASSWORD}


def pupils_file(spoiled):
    rows = [spoiled.get(place, pupil) for place, pupil in enumerate(PUPILS)]
    numbered = (row(number, *cells) for number, cells in enumerate(rows, FIRST_ROW))
    return xlsx(row(1, TITLE) + row(3, *HEADINGS) + "".join(numbered))


def classes_file():
    lines = [f"{number} ;{CLASSES[place // SIZE].lower()}" for place, (_, _, number) in enumerate(PUPILS)]
    return "\r\n".join(["Matrícula;Turma", *lines, ""]).encode("utf-8-sig")


@pytest.fixture(scope="module")
def run(admin, upload):
    """Return a function that imports a spreadsheet, and returns its outcomes and errors."""

    def run(name, content, **options):
        file = upload(admin, "import", name, content)
        assert file["state"] == "ready", file["refusal"]
        path = f"/admin/imports/{admin.call('POST', '/admin/imports', 202, file_id=file['id'], **options)['id']}"
        within(MAILED_WITHIN, lambda: admin.call("GET", path)["state"] in {"done", "failed"})
        done = admin.call("GET", path)
        assert done["state"] == "done", done["refusal"]
        return {outcome: count for outcome, count in done["counts"].items() if count}, done["errors"]

    return run


@pytest.fixture(scope="module")
def classes(admin):
    """The ids of the classes' groups by their codes."""
    return {code: admin.call("POST", "/admin/groups", 201, name=f"Class {code}", code=code)["id"] for code in CLASSES}


@pytest.fixture(scope="module")
def dry_run(run):
    return run("Pupils.xlsx", pupils_file(SPOILED), dry_run=True)


@pytest.fixture(scope="module")
def imported(dry_run, run, classes, admin):
    """Pupils and classes have been imported: the outcomes of both, and the sizes of the classes."""
    assert len(admin.call("GET", "/admin/users?page_size=100&role=student")) == 0
    outcomes = run("Pupils.xlsx", pupils_file({})), run("Classes.csv", classes_file())
    return outcomes, {admin.call("GET", f"/admin/groups/{group}")["members"] for group in classes.values()}


@pytest.fixture(scope="module")
def invited(imported, run, mail_catcher):
    """All pupils have been invited: the outcome, and the invitations by address."""
    with requests.Session() as http:
        mailbox = Mailbox(mail_catcher, http)

        def invitations():
            return {each["to"]: each for each in mailbox.messages() if "invites you" in each["subject"]}

        mailbox.clear()
        outcome = run("Pupils.xlsx", pupils_file({}), invite=True)
        within(MAILED_WITHIN, lambda: invitations().keys() == {email for _, email, _ in PUPILS})
        return outcome, invitations()


@pytest.fixture(scope="module")
def school(imported, invited):
    """The school in which pupils learn: the tests that change it do so in classes of their own."""


@pytest.fixture(scope="module")
def teacher(admin, visitor):
    """The teacher of the subject, who stands in no course's list."""
    user = admin.call("POST", "/admin/users", 201, name="Tessa", role="instructor", **TESSA)
    return SimpleNamespace(id=user["id"], client=visitor().sign_in(**TESSA))


@pytest.fixture(scope="module")
def publish(admin, instructor, teacher):
    """Return a function that publishes a course with a lesson in the teacher's subject."""
    subject = admin.call("POST", "/admin/subjects", 201, name="Biology")["id"]
    admin.call("PUT", f"/admin/subjects/{subject}/teachers", teacher_ids=[teacher.id])

    def publish(title):
        course = instructor.call("POST", "/courses", 201, title=title, subject_id=subject)["id"]
        lesson = instructor.call("POST", f"/courses/{course}/lessons", 201, title="Hello", kind="text", body="# Hi")
        instructor.call("POST", f"/courses/{course}/publish", 201)
        return SimpleNamespace(id=course, lesson=lesson["id"])

    return publish


@pytest.fixture(scope="module")
def program(school, classes, admin, publish):
    """A program of two courses, which all classes have been given."""
    courses = [publish("Mosses"), publish("Ferns")]
    body = {"title": "Plants", "published": True, "course_ids": [course.id for course in courses]}
    program = admin.call("POST", "/admin/programs", 201, **body)
    for group in classes.values():
        admin.call("PUT", f"/admin/groups/{group}/programs/{program['id']}", mandatory=True)
        await_seats(admin, group, 2 * SIZE)
    return SimpleNamespace(id=program["id"], courses=courses)


def await_seats(admin, group, number):
    expected = {"due": 0, "done": number, "failed": 0}
    within(READY_WITHIN, lambda: admin.call("GET", f"/admin/groups/{group}")["seats"] == expected)


@pytest.fixture(scope="module")
def sign_in(school, admin, visitor):
    """Return a function that lets a pupil of this number choose a password by a link, and signs the pupil in."""

    def sign_in(number):
        [user] = admin.call("GET", f"/admin/users?q=pupil{number:03}")
        link = admin.call("POST", f"/admin/users/{user['id']}/links", 201, purpose="reset_password")["url"]
        visitor().call("POST", "/auth/password/reset", 204, token=link.split("token=")[1], password=PASSWORD)
        return SimpleNamespace(id=user["id"], client=visitor().sign_in(user["email"], PASSWORD))

    return sign_in


def open_courses(pupil):
    return {
        each["course_id"] for each in pupil.client.call("GET", "/users/me/enrollments") if each["status"] == "active"
    }


def test_a_dry_run_names_the_three_bad_rows(dry_run):
    counts, errors = dry_run

    assert counts == {"created": 297, "failed": 3}
    assert [(each["row"], each["column"], each["code"]) for each in errors] == [
        (FIRST_ROW + 7, "email", "invalid_email"),
        (FIRST_ROW + 49, "name", "required"),
        (FIRST_ROW + 120, "external_id", "number_not_text"),
    ]


def test_two_files_make_pupils_and_classes(imported):
    assert imported == ((({"created": 300}, []), ({"updated": 300}, [])), {SIZE})


def test_all_pupils_are_invited_and_accept(invited, press, visitor):
    outcome, invitations = invited
    assert outcome == ({"unchanged": 300, "invited": 300}, [])

    name, email, _ = PUPILS[-1]
    press(invitations[email], password=PASSWORD)
    me = visitor().sign_in(email, PASSWORD).call("GET", "/users/me")
    assert (me["name"], me["role"], bool(me["email_verified_at"])) == (name, "student", True)


def test_classes_are_given_a_program_with_its_later_courses(program, classes, admin, publish, sign_in):
    pupil, later = sign_in(271), publish("Mushrooms")
    assert open_courses(pupil) == {course.id for course in program.courses}

    course_ids = [*(course.id for course in program.courses), later.id]
    admin.call("PATCH", f"/admin/programs/{program.id}", course_ids=course_ids)

    within(READY_WITHIN, lambda: open_courses(pupil) == set(course_ids))
    [mine] = pupil.client.call("GET", "/users/me/programs")
    assert [each["open"] for each in mine["courses"]] == [True] * 3


def test_a_member_moves_class_with_progress_while_the_course_stays_open(program, classes, admin, sign_in):
    pupil, course, moved = sign_in(1), program.courses[0], Event()
    pupil.client.call("PUT", f"/lessons/{course.lesson}/progress", opened=True)

    def read_on():
        while not moved.is_set():
            pupil.client.call("GET", f"/lessons/{course.lesson}")

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read_on)
        path, to = f"/admin/groups/{classes['7A']}/members/move", classes["7B"]
        try:
            assert admin.call("POST", path, user_ids=[pupil.id], to_group_id=to)["changed"] == 1
            within(
                READY_WITHIN,
                lambda: all(
                    admin.call("GET", f"/admin/groups/{classes[each]}")["seats"]["due"] == 0 for each in ("7A", "7B")
                ),
            )
        finally:
            moved.set()
        reading.result()

    assert pupil.client.call("GET", f"/lessons/{course.lesson}/progress")["completed"]
    assert [each["id"] for each in pupil.client.call("GET", "/users/me/groups")] == [to]


def test_the_teacher_of_a_subject_edits_its_courses(program, admin, teacher):
    course = program.courses[1]
    listed = teacher.client.call("GET", f"/courses/{course.id}")["instructors"]
    assert teacher.id not in {each["id"] for each in listed}

    changed = teacher.client.call("PATCH", f"/courses/{course.id}", title="Ferns and horsetails")

    assert changed["title"] == "Ferns and horsetails"


def test_a_corrected_file_changes_exactly_what_it_should(school, run, admin, classes):
    group = classes["9C"]
    lines = export(admin, f"/admin/groups/{group}/members.csv").decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + SIZE
    lines[1] = lines[1].replace("Pupil 241", "Paula Pupil")
    [gone] = re.findall(r"Pupil \d+", lines.pop())
    lines.append('"Nora New","nora@school.example","student","9C","0301",""')
    before = people(admin)

    counts, errors = run("9C.csv", "\r\n".join(lines).encode(), kind="group_members", group_id=group, mode="sync")

    assert (counts, errors) == ({"created": 1, "updated": 1, "unchanged": SIZE - 2, "removed": 1}, [])
    assert people(admin) - before == {"Paula Pupil", "Nora New"}
    assert before - people(admin) == {"Pupil 241"}
    names = {each["name"] for each in admin.call("GET", f"/admin/groups/{group}/members?page_size=100")}
    assert len(names) == SIZE
    assert {"Paula Pupil", "Nora New"} <= names
    assert gone not in names


def export(admin, path):
    response = admin.http.get(admin.url + path, timeout=20)
    assert response.status_code == 200, response.text
    return response.content


def people(admin):
    """Return the names of all students."""
    table = export(admin, "/admin/users.csv").decode("utf-8-sig").splitlines()
    return {line.split('"')[1] for line in table[1:] if ',"student",' in line}


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_an_export_that_is_imported_changes_nothing(program, run, admin, classes, suffix):
    everybody = run(f"All.{suffix}", export(admin, f"/admin/users.{suffix}"))
    members = {"kind": "group_members", "group_id": classes["8A"], "mode": "sync"}
    of_class = run(f"8A.{suffix}", export(admin, f"/admin/groups/{classes['8A']}/members.{suffix}"), **members)

    assert everybody[0].keys() == {"unchanged"}
    assert (everybody[0]["unchanged"], everybody[1]) == (len(people(admin)) + 3, [])
    assert of_class == ({"unchanged": SIZE}, [])
