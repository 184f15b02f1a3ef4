"""Moderating reviews."""

import pytest

from learnstream.documents.review import ReportReason
from learnstream.models import AuditEntry, Event, Role
from learnstream.services.analytics import pending_events
from learnstream.services.reviews import readers
from learnstream.stores.sql import db
from tests.factories import make_course, make_person
from tests.problems import invalid_fields, outcome
from tests.reviews import begun, put_review, rating_of, review, reviews_of


@pytest.fixture
def reader(course):
    return begun(course, "Rita")


@pytest.fixture
def review_id(reader, course):
    return review(reader, course)


def hide(client, admin, review_id, **body):
    return client.post(f"/admin/reviews/{review_id}/hide", json={"reason": "Names a learner."} | body, auth=admin)


def decide(client, admin, review_id, what):
    return client.post(f"/admin/reviews/{review_id}/{what}", auth=admin)


def listed(client, admin, **query):
    response = client.get("/admin/reviews", query_string=query, auth=admin)
    assert response.status_code == 200, response.json
    return [each["id"] for each in response.json]


def audited():
    db.session.rollback()
    entries = db.session.query(AuditEntry).filter_by(target_kind="review").order_by(AuditEntry.id)
    return [(each.action, each.actor_id, each.target_id, each.details) for each in entries]


def test_a_hidden_review_is_gone_for_all_but_its_author(client, admin, reader, course, review_id):
    hidden = hide(client, admin, review_id)

    assert (hidden.status_code, hidden.json["hidden"]["reason"]) == (200, "Names a learner.")
    assert (reviews_of(client, course), rating_of(course)["count"]) == ([], 0)
    assert client.get(f"/courses/{course.id}").json["rating"]["count"] == 0
    own = client.get(f"/courses/{course.id}/reviews/mine", auth=reader).json
    assert own["hidden"]["reason"] == "Names a learner."
    assert own["hidden"].keys() == {"reason", "at"}


def test_the_author_is_told_and_it_is_audited_once(client, admin, reader, course, review_id):
    for _ in range(2):
        assert hide(client, admin, review_id).status_code == 200

    pending_events.move()
    db.session.rollback()
    [event] = [each for each in db.session.query(Event) if each.type == "review.hidden"]
    assert event.data == {
        "review_id": review_id,
        "user_id": reader.id,
        "subject_kind": "course",
        "subject_id": course.id,
        "by": admin.id,
    }
    assert audited() == [("review.hidden", admin.id, review_id, {"reason": "Names a learner."})]


def test_changing_a_hidden_review_leaves_it_hidden(client, admin, reader, course, review_id):
    hide(client, admin, review_id)

    changed = put_review(client, reader, course, 200, stars=1, text="Sorry")

    assert changed.json["hidden"]["reason"] == "Names a learner."
    assert (changed.json["rating"]["count"], reviews_of(client, course)) == (0, [])


def test_a_restored_review_counts_with_what_it_says_now(client, admin, reader, course, review_id):
    readers.report(review_id, by=admin.id, reason=ReportReason.SPAM)
    hide(client, admin, review_id)
    put_review(client, reader, course, 200, stars=1, text="Sorry")

    restored = decide(client, admin, review_id, "restore")

    assert (restored.json["hidden"], restored.json["open_reports"]) == (None, 0)
    assert rating_of(course)["stars"] == [1, 0, 0, 0, 0]
    assert [each["text"] for each in reviews_of(client, course)] == ["Sorry"]
    assert [action for action, *_ in audited()] == ["review.hidden", "review.restored"]
    assert listed(client, admin) == listed(client, admin, state="hidden") == []


def test_restoring_what_is_not_hidden_changes_nothing(client, admin, course, review_id):
    assert outcome(decide(client, admin, review_id, "restore")) == (409, "review_not_hidden")
    assert (rating_of(course)["count"], audited()) == (1, [])


def test_dismissed_reports_are_done(client, admin, review_id):
    for user_id in (1000, 1001):
        readers.report(review_id, by=user_id, reason=ReportReason.SPAM)

    dismissed = decide(client, admin, review_id, "dismiss")

    assert [each["dismissed"] for each in dismissed.json["reports"]] == [True, True]
    assert listed(client, admin) == []
    assert audited() == [("review.reports_dismissed", admin.id, review_id, {"reports": 2})]


def test_the_review_reported_last_comes_first(client, admin, course):
    made = [review(make_person(Role.STUDENT), course) for _ in range(4)]
    for review_id in (made[2], made[0], made[1]):
        readers.report(review_id, by=1000, reason=ReportReason.SPAM)

    assert listed(client, admin) == [made[1], made[0], made[2]]
    first = client.get("/admin/reviews?limit=2", auth=admin)
    rest = client.get("/admin/reviews", query_string={"cursor": first.headers["X-Next-Cursor"]}, auth=admin)
    assert [each["id"] for each in first.json + rest.json] == [made[1], made[0], made[2]]


def test_reports_are_filtered(client, owner, admin, course, review_id):
    other = review(make_person(Role.STUDENT), make_course(owner, title="Botany"))
    readers.report(review_id, by=1000, reason=ReportReason.SPAM)
    readers.report(other, by=1000, reason=ReportReason.PRIVACY)

    assert listed(client, admin, reason="privacy") == [other]
    assert listed(client, admin, subject_id=course.id) == [review_id]
    assert listed(client, admin, kind="course") == [other, review_id]
    assert listed(client, admin, kind="book") == []


@pytest.mark.parametrize(
    ("field", "query"),
    [("state", "state=all"), ("kind", "kind=film"), ("reason", "reason=x"), ("subject_id", "subject_id=1")],
)
def test_an_invalid_parameter_is_named(client, admin, field, query):
    assert invalid_fields(client.get(f"/admin/reviews?{query}", auth=admin), "query") == [field]


@pytest.mark.parametrize("reason", ["", " ", "x" * 1001, None])
def test_an_invalid_reason_is_named(client, admin, course, review_id, reason):
    assert invalid_fields(hide(client, admin, review_id, reason=reason)) == ["reason"]
    assert rating_of(course)["count"] == 1


def test_a_review_that_was_deleted_cannot_be_moderated(client, admin, reader, course, review_id):
    client.delete(f"/courses/{course.id}/reviews/mine", auth=reader)

    assert hide(client, admin, review_id).status_code == 404
    assert decide(client, admin, review_id, "restore").status_code == 404
    assert decide(client, admin, review_id, "dismiss").status_code == 404
