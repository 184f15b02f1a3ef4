import pytest

from devstack.demo import homework as demo
from devstack.demo.content import ASTRONOMY, INSTRUCTORS, STUDENTS
from learnstream.documents import LessonKind, Submission
from learnstream.services.grades import moving
from tests.devstack.test_demo_quiz import InProcess
from tests.factories import make_course, make_question, make_quiz_lesson, publish
from tests.files import make_document_with_bytes
from tests.grades import my_grades
from tests.homework import learner_of


@pytest.fixture
def course(client, owner):
    """A course with the demo's lessons that are graded."""
    titles = [each["title"] for each in all_lessons() if each["kind"] == "assignment"]
    kinds = [{"title": title, "kind": LessonKind.ASSIGNMENT} for title in titles]
    course = make_course(owner, kinds, published=False)
    make_quiz_lesson(course, [(make_question(course), 10)], title=demo.QUIZ, published=False)
    instructor = InProcess(client, owner)
    for _ in range(2):
        lessons = client.get(f"/courses/{course.id}/lessons?draft=true", auth=owner).json
        demo.put_missing(instructor, lessons)
        demo.put_grading(instructor, course.id, lessons)
    publish(course)
    return course


def all_lessons():
    return [each for lessons in ASTRONOMY["modules"].values() for each in lessons]


@pytest.fixture
def learners(course):
    return [learner_of(course, student.name) for student in STUDENTS]


@pytest.fixture
def filled(client, owner, course, learners):
    """The course after its homework was filled in twice."""
    people = dict(zip((INSTRUCTORS[0], *STUDENTS), (owner, *learners), strict=True))

    def upload(learner, purpose, name, data):
        return make_document_with_bytes(learner.person, data, purpose=purpose, name=name, type="text/csv", pages=None)

    for _ in range(2):
        demo.fill(lambda user: InProcess(client, people[user]), INSTRUCTORS[0], course.id, upload)
    moving.move()
    return course


def test_the_demo_has_submissions_in_every_state_once(filled):
    stored = [*Submission.collection().find().sort([("user_id", 1), ("lesson_id", 1), ("number", 1)])]

    assert sorted((each["state"], bool(each.get("released"))) for each in stored) == [
        ("draft", False),
        ("returned", False),
        ("returned", False),
        ("submitted", False),
        ("submitted", False),
        ("submitted", False),
        ("submitted", True),
    ]
    late = [each for each in stored if each["state"] == "submitted" and each["late_seconds"]]
    assert [each["text"] for each in late] == [demo.SHORT_DIARY]
    assert sum(bool(each.get("grade")) for each in stored) == 2


def test_the_demo_gradebook_shows_held_changed_and_excused_grades(client, owner, filled):
    sam, lea, jun = sorted(client.get(f"/courses/{filled.id}/grades", auth=owner).json, key=lambda row: row["user_id"])

    assert (sam["held"], jun["overridden"], sam["percent"]) == (1, 1, 90.0)
    assert {each["part"] for each in jun["lessons"]} >= {"counted", "excused"}
    assert lea["percent"] is None or lea["percent"] == 0


def test_a_held_grade_of_the_demo_does_not_show(client, filled, learners):
    shown = my_grades(client, filled, learners[0])

    assert (shown["percent"], shown["marked"]) == (90.0, 1)
