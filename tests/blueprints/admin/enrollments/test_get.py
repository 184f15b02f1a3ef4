import pytest

from tests.factories import make_seat


def test_enrollments_are_filtered_by_user_and_course(client, admin, learner, stranger, course):
    make_seat(stranger, course)

    def found(**query):
        return [seat["user_id"] for seat in client.get("/admin/enrollments", auth=admin, query_string=query).json]

    assert found() == [stranger.id, learner.id]
    assert found(user_id=learner.id) == [learner.id]
    assert found(course_id="0" * 24) == []


@pytest.mark.parametrize("query", [{"user_id": 0}, {"user_id": 10**40}, {"user_id": "x"}, {"course_id": "x"}])
def test_an_invalid_filter_is_named(client, admin, query):
    response = client.get("/admin/enrollments", auth=admin, query_string=query)

    assert list(response.json["errors"]["query"]) == list(query)


@pytest.mark.parametrize("person", ["owner", "stranger", "learner"])
def test_other_users_are_rejected(client, course, request, person):
    response = client.get("/admin/enrollments", auth=request.getfixturevalue(person))

    assert (response.status_code, response.json["code"]) == (403, "admins_only")
