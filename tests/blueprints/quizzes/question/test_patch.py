from concurrent.futures import ThreadPoolExecutor

import pytest

from learnstream.documents.question import Question, QuestionVersion
from tests.factories import make_question
from tests.files import make_document
from tests.problems import invalid_fields, outcome


@pytest.fixture
def question_id(course):
    return make_question(course)


def patch(client, question_id, auth, headers=None, **changes):
    return client.patch(f"/questions/{question_id}", json=changes, auth=auth, headers=headers)


def versions(client, question_id, auth, query=""):
    return client.get(f"/questions/{question_id}/versions{query}", auth=auth)


def test_a_change_is_a_new_version(client, owner, question_id):
    before = client.get(f"/questions/{question_id}", auth=owner).json

    after = patch(client, question_id, owner, stem="Which one?", tags=["new"])

    assert (after.json["number"], after.json["stem"], after.headers["ETag"]) == (2, "Which one?", '"2"')
    assert after.json["content"] == before["content"]
    newest, oldest = versions(client, question_id, owner).json
    assert (newest["number"], newest["stem"], newest["created_by"]) == (2, "Which one?", owner.id)
    assert (oldest["number"], oldest["stem"], oldest["tags"]) == (1, before["stem"], [])
    assert client.get(f"/questions/{question_id}/versions/1", auth=owner).json == oldest


def test_versions_are_walked_by_cursors(client, owner, question_id):
    for number in range(2, 6):
        patch(client, question_id, owner, stem=f"Version {number}")

    first = versions(client, question_id, owner, "?limit=3")
    rest = versions(client, question_id, owner, f"?limit=3&cursor={first.headers['X-Next-Cursor']}")

    assert [each["number"] for each in first.json + rest.json] == [5, 4, 3, 2, 1]
    assert "X-Next-Cursor" not in rest.headers


def test_a_change_without_a_difference_makes_no_version(client, owner, question_id):
    same = client.get(f"/questions/{question_id}", auth=owner).json

    again = patch(client, question_id, owner, stem=same["stem"], content=same["content"], tags=[])

    assert (again.json, again.headers["ETag"]) == (same, '"1"')
    assert QuestionVersion.collection().count_documents({}) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "essay"),
        ("key", "k"),
        ("stem", ""),
        ("content", []),
        ("content", {"options": 1}),
        ("archived", 1),
        ("points", 1),
    ],
)
def test_an_invalid_field_is_named(client, owner, question_id, field, value):
    assert invalid_fields(patch(client, question_id, owner, **{field: value})) == [field]


def test_a_content_is_of_the_question_s_kind(client, owner, question_id):
    answer = patch(client, question_id, owner, content={"correct": True})

    assert answer.json["errors"]["json"]["content"].keys() == {"options", "correct"}
    assert client.patch(f"/questions/{question_id}", json={}, auth=owner).status_code == 422


def test_a_stale_version_is_not_overwritten(client, owner, question_id):
    patch(client, question_id, owner, stem="First")

    assert patch(client, question_id, owner, {"If-Match": '"1"'}, stem="Second").status_code == 412
    assert patch(client, question_id, owner, {"If-Match": '"2"'}, stem="Second").status_code == 200


def test_of_parallel_changes_each_is_a_version_or_a_conflict(app, owner, question_id):
    def change(number):
        return patch(app.test_client(), question_id, owner, stem=f"Change {number}")

    with ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(change, range(8))]

    made = [each.json["number"] for each in answers if each.status_code == 200]
    assert {outcome(each) for each in answers} <= {(200, None), (409, "edit_conflict")}
    assert sorted(made) == list(range(2, 2 + len(made)))
    stored = Question.collection().find_one()
    assert stored["number"] == len(stored["version_ids"]) == 1 + len(made)
    assert QuestionVersion.collection().count_documents({}) == 1 + len(made)


def test_an_archived_question_comes_back(client, owner, question_id):
    client.delete(f"/questions/{question_id}", auth=owner)

    assert client.get(f"/questions/{question_id}", auth=owner).json["archived_at"]
    assert patch(client, question_id, owner, archived=False).json["archived_at"] is None
    assert patch(client, question_id, owner, archived=True, stem="New").json["archived_at"]


def test_only_staff_change_questions(client, stranger, learner, other_owner, admin, question_id):
    assert {patch(client, question_id, each, stem="X").status_code for each in (stranger, learner, other_owner)} == {
        404
    }
    assert patch(client, question_id, admin, stem="X").status_code == 200


def test_staff_keep_the_files_of_their_colleagues(client, owner, admin, course):
    picture = make_document(admin, purpose="attachment")
    question_id = make_question(course, media=[picture])

    assert patch(client, question_id, owner, media=[picture], stem="New").json["media"] == [picture]
