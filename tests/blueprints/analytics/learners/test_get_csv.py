import pytest
from bson import ObjectId

from learnstream.blueprints.analytics.examples import LEARNER
from learnstream.services.analytics import learner_table
from learnstream.services.analytics.learner_table import LearnerFilter
from tests.blueprints.analytics.learners.conftest import count_activity
from tests.factories import make_person, make_seat
from tests.tables import rows


@pytest.fixture
def fetch(client, owner, course, counted_learners):
    def fetch(auth=owner, **query):
        return client.get(f"/courses/{course.id}/learners.csv", auth=auth, query_string=query)

    return fetch


def test_all_learners_are_exported_in_the_order_of_enrollment(fetch, course, counted_learners):
    response = fetch()

    assert response.content_type == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == f'attachment; filename="learners-{course.id}.csv"'
    assert [row["name"] for row in rows(response)] == ["Ann", "Bob", "Cem", "Dee"]
    assert list(rows(response)[0]) == [name for name in LEARNER if name != "photo"]


def test_a_row_has_the_values_of_the_list(client, fetch, owner, course):
    table = client.get(f"/courses/{course.id}/learners", auth=owner).json
    assert [row.pop("photo") for row in table] == [None] * 4

    exported = rows(fetch())

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
def test_filters_apply_to_the_export(fetch, query, names):
    assert [row["name"] for row in rows(fetch(**query))] == names


@pytest.mark.parametrize("name", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)"])
def test_a_name_cannot_become_a_formula(fetch, course, name):
    make_seat(make_person(name=name), course)

    assert rows(fetch())[-1]["name"] == f"'{name}"


def test_a_name_cannot_become_a_formula_when_split_at_semicolons(fetch, course):
    make_seat(make_person(name="x;=cmd|'/C calc'!A0;y"), course)

    assert rows(fetch())[-1]["name"] == "x;'=cmd|'/C calc'!A0;y"


def test_the_export_reads_each_batch_in_its_own_transaction(app, course, counted_learners, queries, monkeypatch):
    monkeypatch.setattr(learner_table, "BATCH", 2)
    for number in range(5):
        make_seat(make_person(name=f"Person {number}"), course)
    count_activity()
    queries.clear()

    found = learner_table.export(LearnerFilter(course.id))
    assert queries == []
    first = next(found)
    begun = [query for query in queries if query != "redis"]

    assert first["name"] == "Ann"
    # The time of the figures; then a batch of seats, and their figures.
    assert begun == ["find", "sql", "find"]
    assert [row["name"] for row in found] == ["Bob", "Cem", "Dee", *(f"Person {number}" for number in range(5))]
    assert queries.count("sql") == 6


@pytest.mark.parametrize("person", ["stranger", "other_owner"])
def test_other_users_are_rejected(fetch, request, person):
    assert fetch(auth=request.getfixturevalue(person)).json["code"] == "not_your_course"


def test_a_guest_must_sign_in(fetch):
    assert fetch(auth=None).status_code == 401


def test_an_unknown_course_is_not_found(client, owner):
    assert client.get(f"/courses/{ObjectId()}/learners.csv", auth=owner).status_code == 404


@pytest.mark.parametrize(("field", "value"), [("status", "asleep"), ("min_progress", 2), ("q", "\x00")])
def test_invalid_input_is_named(fetch, field, value):
    response = fetch(**{field: value})

    assert response.status_code == 422
    assert list(response.json["errors"]["query"]) == [field]
