"""Erasing what reviews tell of a person."""

import pytest

from learnstream.documents import Review
from learnstream.documents.review import ReportReason
from learnstream.errors.authoring import EditConflict
from learnstream.services.reviews import erasing, moderation, readers, replies, reviews, writing
from learnstream.services.reviews import subjects as reviewed
from learnstream.stores.sql import db
from tests.reviews import begun, rating_of, review, reviews_of


@pytest.fixture
def author(course):
    return begun(course, "Rita")


@pytest.fixture
def review_id(author, course):
    return review(author, course, 4, "I am Rita, and live in Rome.")


def test_stars_stay_and_text_and_name_go(client, author, course, owner, review_id):
    replies.save(review_id, by=owner.id, text="Thank you, Rita!")
    assert reviews_of(client, course)[0]["author"] == "Rita"

    assert erasing.erase(author.id) == 1

    [shown] = reviews_of(client, course)
    assert (shown["stars"], shown["text"], shown["author"], shown["reply"]) == (4, "", None, None)
    assert rating_of(course)["stars"] == [0, 0, 0, 1, 0]
    [stored] = Review.collection().find({})
    assert stored["user_id"] is None
    assert "Rita" not in str(stored)


def test_erasing_again_changes_nothing(author, review_id):
    erasing.erase(author.id)
    before = Review.collection().find_one({})

    assert erasing.erase(author.id) == 0
    assert Review.collection().find_one({}) == before


def test_what_they_said_about_others_names_them_no_more(client, author, course, learner, review_id):
    other = review(learner, course, 1)
    readers.vote(other, by=author.id)
    readers.report(other, by=author.id, reason=ReportReason.PRIVACY, text="I am Rita.")

    erasing.erase(author.id)

    stored = Review.collection().find_one({"user_id": learner.id})
    assert (stored["helpful"], stored["voters"], stored["open_reports"]) == (1, [], 1)
    [report] = stored["reports"]
    assert (report["user_id"], report["text"], report["reason"]) == (None, "", "privacy")


def test_a_hidden_review_stays_hidden(client, author, admin, course, review_id):
    moderation.hide(review_id, by=admin.id, reason="Tells where Rita lives.")
    db.session.commit()

    erasing.erase(author.id)

    assert (reviews_of(client, course), rating_of(course)["count"]) == ([], 0)


def test_nothing_is_left_of_a_hidden_review_that_was_deleted(author, admin, course, review_id):
    moderation.hide(review_id, by=admin.id, reason="Spam")
    db.session.commit()
    writing.delete(reviewed.course(course.id), author_id=author.id)

    erasing.erase(author.id)

    assert Review.collection().count_documents({}) == 0


def test_two_erased_reviews_of_a_course_do_not_collide(author, learner, course, review_id):
    review(learner, course, 2)

    for person in (author, learner):
        erasing.erase(person.id)

    assert rating_of(course)["count"] == Review.collection().count_documents({"user_id": None}) == 2


def test_the_command_erases(app, author, review_id):
    runner = app.test_cli_runner()

    assert "1 erased" in runner.invoke(args=["erase-reviews", str(author.id)]).output
    assert runner.invoke(args=["erase-reviews", "0"]).exit_code == 2


def test_what_they_were_just_writing_is_not_kept(author, course, owner, review_id, monkeypatch):
    given: writing.Given = {"stars": 1, "text": "I am Rita.", "anonymous": False}
    found = reviews.visible(review_id)
    erasing.erase(author.id)
    monkeypatch.setattr(writing.OWN, "find_one", lambda *_, **__: found)

    with pytest.raises(EditConflict):
        writing.save(reviewed.course(course.id), author_id=author.id, given=given, progress_percent=40)
    with pytest.raises(EditConflict):
        writing.delete(reviewed.course(course.id), author_id=author.id)

    [stored] = Review.collection().find({})
    assert (stored["stars"], stored["text"], stored["user_id"]) == (4, "", None)
    assert rating_of(course)["stars"] == [0, 0, 0, 1, 0]
