import pytest

from learnstream.schemas.grades.gradebook import MyGradesSchema
from tests.factories import make_course, make_seat
from tests.grades import give, my_grades, put_grading
from tests.homework import make_assignment_lesson


@pytest.fixture
def graded(owner):
    """Return a function that publishes a course with an assignment; it returns both."""

    def graded(title="Botany"):
        course = make_course(owner, title=title)
        return course, make_assignment_lesson(course)

    return graded


def test_each_course_has_its_total(client, stranger, graded):
    (first, homework), (second, _) = graded(), graded("Zoology")
    put_grading(first, scale=[{"label": "B", "from": 0.7}], pass_fraction=0.8)
    for course in (first, second):
        make_seat(stranger, course)
    give(stranger, first, homework, 7.5)

    found = client.get("/users/me/grades", auth=stranger).json

    assert [(each["course"]["title"], each["percent"], each["label"], each["passed"]) for each in found] == [
        ("Zoology", None, None, None),
        ("Botany", 75, "B", False),
    ]
    assert [(each["marked"], each["lesson_count"]) for each in found] == [(0, 1), (1, 1)]
    assert MyGradesSchema(many=True).dump(found) == found


def test_totals_are_those_of_the_courses(client, stranger, graded):
    for title in ("One", "Two", "Three"):
        course, homework = graded(title)
        make_seat(stranger, course)
        give(stranger, course, homework, len(title))

    for each in client.get("/users/me/grades", auth=stranger).json:
        path = f"/courses/{each['course_id']}/grades/me"
        whole = client.get(path, auth=stranger).json
        assert {name: whole[name] for name in each.keys() & whole.keys()} == {
            name: each[name] for name in each.keys() & whole.keys()
        }


def test_courses_are_filtered_and_walked_through(client, stranger, graded):
    made = [graded(str(number))[0] for number in range(3)]
    for course in made:
        make_seat(stranger, course)
    client.delete(f"/courses/{made[0].id}/enroll", auth=stranger)

    first = client.get("/users/me/grades?limit=2", auth=stranger)
    rest = client.get(f"/users/me/grades?limit=2&cursor={first.headers['X-Next-Cursor']}", auth=stranger)
    live = client.get("/users/me/grades?live=true", auth=stranger)

    assert [each["course_id"] for each in first.json + rest.json] == [course.id for course in reversed(made)]
    assert [each["course_id"] for each in live.json] == [made[2].id, made[1].id]
    assert "X-Next-Cursor" not in rest.headers


@pytest.mark.parametrize("count", [2, 6])
def test_the_number_of_queries_does_not_depend_on_the_number_of_courses(client, stranger, graded, queries, count):
    for number in range(count):
        course, _ = graded(str(number))
        make_seat(stranger, course)
    queries.clear()

    assert len(client.get("/users/me/grades", auth=stranger).json) == count

    # Of a process that has seen none of them: cards, two for syllabi, assignments, two for settings.
    assert [each for each in queries if each != "redis"].count("find") == 6
    assert queries.count("sql") <= 3


def test_what_is_not_seen_elsewhere_is_not_seen_here(client, stranger, graded):
    course, _ = graded()
    held = make_assignment_lesson(course, release="held")
    make_seat(stranger, course)
    give(stranger, course, held, 10, released=False)

    assert client.get("/users/me/grades", auth=stranger).json[0]["percent"] is None
    assert my_grades(client, course, stranger)["percent"] is None
