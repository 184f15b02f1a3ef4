import pytest


@pytest.fixture
def fetch(client, owner, course, learners):
    def fetch(name, auth=owner):
        return client.get(f"/courses/{course.id}/learners/{learners[name].id}/progress", auth=auth)

    return fetch


def test_a_learners_progress_matches_their_own_view(client, fetch, course, learners):
    own = client.get(f"/courses/{course.id}/progress", auth=learners["Bob"]).json

    assert own["completed_lessons"] == 2
    assert fetch("Bob").json == own


def test_a_withdrawn_learner_is_still_found(client, fetch, course, learners):
    client.delete(f"/courses/{course.id}/enroll", auth=learners["Dee"])

    assert fetch("Dee").json["completed_lessons"] == 1


def test_a_user_who_never_enrolled_is_not_found(client, owner, course, stranger):
    response = client.get(f"/courses/{course.id}/learners/{stranger.id}/progress", auth=owner)

    assert (response.status_code, response.json["code"]) == (404, "not_enrolled")


@pytest.mark.parametrize("person", ["stranger", "other_owner"])
def test_other_users_are_rejected(fetch, request, person):
    assert fetch("Bob", auth=request.getfixturevalue(person)).json["code"] == "not_your_course"


def test_a_guest_must_sign_in(fetch):
    assert fetch("Bob", auth=None).status_code == 401
