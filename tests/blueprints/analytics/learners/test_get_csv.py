import pytest
from bson import ObjectId

from learnstream.blueprints.analytics.examples import LEARNER
from learnstream.services.analytics import learner_table
from learnstream.services.analytics.learner_table import Wanted
from tests.blueprints.analytics.learners.conftest import counted
from tests.factories import make_person, make_seat
from tests.tables import rows


@pytest.fixture
def ask(client, owner, course, class_):
    def ask(auth=owner, **query):
        return client.get(f"/courses/{course.id}/learners.csv", auth=auth, query_string=query)

    return ask


def test_all_learners_are_exported_in_the_order_of_their_seats(ask, course, class_):
    answer = ask()

    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="learners-{course.id}.csv"'
    assert [row["name"] for row in rows(answer)] == ["Ann", "Bob", "Cem", "Dee"]
    assert list(rows(answer)[0]) == list(LEARNER)


def test_a_row_says_what_the_table_does(client, ask, owner, course):
    table = client.get(f"/courses/{course.id}/learners", auth=owner).json

    exported = rows(ask())

    assert exported == [{name: "" if value is None else str(value) for name, value in row.items()} for row in table]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"status": "withdrawn"}, ["Dee"]),
        ({"q": "bob"}, ["Bob"]),
        ({"min_progress": 0.5}, ["Ann", "Bob"]),
        ({"max_progress": 0}, ["Cem"]),
    ],
)
def test_filters_leave_some_out(ask, query, names):
    assert [row["name"] for row in rows(ask(**query))] == names


@pytest.mark.parametrize("name", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)"])
def test_a_name_is_no_formula(ask, course, name):
    make_seat(make_person(name=name), course)

    assert rows(ask())[-1]["name"] == f"'{name}"


def test_a_name_is_no_formula_where_a_semicolon_splits_it(ask, course):
    make_seat(make_person(name="x;=cmd|'/C calc'!A0;y"), course)

    assert rows(ask())[-1]["name"] == "x;'=cmd|'/C calc'!A0;y"


def test_it_is_read_in_batches_each_with_a_transaction_of_its_own(app, course, class_, queries, monkeypatch):
    monkeypatch.setattr(learner_table, "BATCH", 2)
    for number in range(5):
        make_seat(make_person(name=f"Person {number}"), course)
    counted()
    queries.clear()

    found = learner_table.export(Wanted(course.id))
    assert queries == []
    first = next(found)
    begun = [query for query in queries if query != "redis"]

    assert first["name"] == "Ann"
    # As of when; then a batch of seats, and their figures.
    assert begun == ["find", "sql", "find"]
    assert [row["name"] for row in found] == ["Bob", "Cem", "Dee", *(f"Person {number}" for number in range(5))]
    assert queries.count("sql") == 6


@pytest.mark.parametrize("person", ["stranger", "other_owner"])
def test_everybody_else_is_refused(ask, request, person):
    assert ask(auth=request.getfixturevalue(person)).json["code"] == "not_your_course"


def test_a_guest_has_to_sign_in(ask):
    assert ask(auth=None).status_code == 401


def test_an_unknown_course_is_not_found(client, owner):
    assert client.get(f"/courses/{ObjectId()}/learners.csv", auth=owner).status_code == 404


@pytest.mark.parametrize(("field", "value"), [("status", "asleep"), ("min_progress", 2), ("q", "\x00")])
def test_nonsense_is_named(ask, field, value):
    answer = ask(**{field: value})

    assert answer.status_code == 422
    assert list(answer.json["errors"]["query"]) == [field]
