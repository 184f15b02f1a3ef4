"""Access to the supervision of learners."""

import pytest
from bson import ObjectId

# Every parallel worker must name the same tests, so the lesson is no random one.
LESSON = "0" * 24
ACTS = {
    ("POST", "extend"): {"expires_at": None, "reason": "Why not?"},
    ("POST", "reset"): {"reason": "Why not?"},
    ("POST", "waive"): {"lesson_id": "0" * 24, "reason": "Why not?"},
    ("GET", "overrides"): None,
    ("PUT", f"overrides/{LESSON}"): {"without_prerequisites": True, "reason": "Why not?"},
    ("DELETE", f"overrides/{LESSON}?reason=Why"): None,
}
acts = pytest.mark.parametrize(("method", "act"), ACTS)


@acts
@pytest.mark.parametrize("person", ["learner", "stranger", "other_owner"])
def test_other_users_are_rejected(supervise, request, method, act, person):
    response = supervise(act, ACTS[method, act], method=method, auth=request.getfixturevalue(person))

    assert (response.status_code, response.json["code"]) == (403, "not_your_course")


@acts
def test_a_guest_must_sign_in(supervise, method, act):
    assert supervise(act, ACTS[method, act], method=method, auth=None).status_code == 401


@acts
def test_a_user_who_never_enrolled_is_not_found(supervise, stranger, method, act):
    for user_id in (stranger.id, 10**15):
        response = supervise(act, ACTS[method, act], method=method, user_id=user_id)
        assert (response.status_code, response.json["code"]) == (404, "not_enrolled")


@acts
def test_a_withdrawn_user_is_not_found(client, supervise, course, learner, method, act):
    client.delete(f"/courses/{course.id}/enroll", auth=learner)

    assert supervise(act, ACTS[method, act], method=method).json["code"] == "not_enrolled"


@acts
def test_an_unknown_course_is_not_found(supervise, admin, method, act):
    assert supervise(act, ACTS[method, act], method=method, auth=admin, course_id=ObjectId()).status_code == 404


@acts
def test_a_draft_has_no_learners(supervise, draft_course, owner, method, act):
    assert supervise(act, ACTS[method, act], method=method, course_id=draft_course.id).status_code == 404


@pytest.mark.parametrize(("method", "act"), [key for key in ACTS if key[0] in {"POST", "PUT"}])
@pytest.mark.parametrize("reason", [None, "", "   ", "x" * 501, "\x00", "\ud800", 7, ["x"]])
def test_a_reason_is_required(supervise, method, act, reason):
    response = supervise(act, ACTS[method, act] | {"reason": reason}, method=method)

    assert response.status_code == 422
    assert "reason" in response.json["errors"]["json"]
