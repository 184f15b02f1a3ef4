import pytest


@pytest.fixture
def ask(client, owner, course, people):
    def ask(name, auth=owner):
        return client.get(f"/courses/{course.id}/learners/{people[name].id}/progress", auth=auth)

    return ask


def test_a_learners_progress_is_what_they_see_themselves(client, ask, course, people):
    own = client.get(f"/courses/{course.id}/progress", auth=people["Bob"]).json

    assert own["completed_lessons"] == 2
    assert ask("Bob").json == own


def test_who_left_is_still_known(client, ask, course, people):
    client.delete(f"/courses/{course.id}/enroll", auth=people["Dee"])

    assert ask("Dee").json["completed_lessons"] == 1


def test_who_never_enrolled_is_no_learner(client, owner, course, stranger):
    answer = client.get(f"/courses/{course.id}/learners/{stranger.id}/progress", auth=owner)

    assert (answer.status_code, answer.json["code"]) == (404, "not_enrolled")


@pytest.mark.parametrize("person", ["stranger", "other_owner"])
def test_everybody_else_is_refused(ask, request, person):
    assert ask("Bob", auth=request.getfixturevalue(person)).json["code"] == "not_your_course"


def test_a_guest_has_to_sign_in(ask):
    assert ask("Bob", auth=None).status_code == 401
