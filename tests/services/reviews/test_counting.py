"""Ratings follow reviews: exact, however many change at once, and whatever was left undone."""

import random

import pytest
from bson import ObjectId

from learnstream.documents import Course, Review
from learnstream.models import Role
from learnstream.services.reviews import counting, moderation, subjects, writing
from learnstream.stores.sql import db
from tests.factories import make_course, make_person
from tests.reviews import counted_anew, rating_of, review

MANY = 50


def write(author_id, course, stars):
    given: writing.Given = {"stars": stars, "text": "", "anonymous": False}
    return writing.save(subjects.course(course.id), author_id=author_id, given=given, progress_percent=40)


def uncounted():
    return Review.collection().count_documents({"uncounted": True})


def test_the_rating_is_exact_after_fifty_reviews_at_once(at_once, course):
    stars = [random.randint(1, 5) for _ in range(MANY)]

    results = at_once(*[lambda n=n: write(1000 + n, course, stars[n]) for n in range(MANY)])

    assert [each for each in results if isinstance(each, Exception)] == []
    counting.count_waiting()
    assert rating_of(course)["stars"] == [stars.count(number) for number in range(1, 6)]
    assert (rating_of(course)["count"], rating_of(course)["sum"], uncounted()) == (MANY, sum(stars), 0)


def test_the_rating_is_exact_after_all_kinds_of_changes_at_once(at_once, course, admin):
    people = [1000 + number for number in range(20)]
    ids = [str(write(person, course, 3)[0]["_id"]) for person in people]
    subject = subjects.course(course.id)

    def hide(review_id):
        moderation.hide(review_id, by=admin.id, reason="Spam")
        db.session.commit()

    at_once(
        *[lambda p=person: write(p, course, 5) for person in people[:12]],
        *[lambda p=person: writing.delete(subject, author_id=p) for person in people[8:16]],
        *[lambda r=review_id: hide(r) for review_id in ids[4:10]],
        *[lambda p=person: write(p, course, 1) for person in people[6:14]],
    )

    counting.count_waiting()
    assert rating_of(course)["stars"] == counted_anew(course)


def test_first_reviews_of_one_user_at_once_are_one(at_once, course):
    results = at_once(*[lambda n=n: write(1000, course, n % 5 + 1) for n in range(20)])

    [stored] = Review.collection().find({})
    assert [is_new for _, _, is_new in results].count(True) == 1
    assert rating_of(course)["stars"].index(1) + 1 == stored["stars"]


def test_a_job_counts_what_was_left(course, owner, monkeypatch):
    other = make_course(owner, title="Botany")
    monkeypatch.setattr(counting, "count", subjects.rating)
    for number in range(7):
        write(1000 + number, course, 4)
        write(1000 + number, other, 2)
    monkeypatch.undo()
    assert (rating_of(course)["count"], uncounted()) == (0, 14)

    counting.count_waiting(batch=3)
    counting.count_waiting()

    assert (rating_of(course)["stars"], rating_of(other)["stars"]) == ([0, 0, 0, 7, 0], [0, 7, 0, 0, 0])
    assert uncounted() == 0


def test_more_than_a_batch_is_counted(course, monkeypatch):
    monkeypatch.setattr(counting, "BATCH", 2)
    for number in range(5):
        write(1000 + number, course, 4)
    Review.collection().update_many({}, {"$set": {"stars": 1, "uncounted": True}})

    counting.count_waiting()

    assert rating_of(course)["stars"] == [5, 0, 0, 0, 0]


def test_too_many_at_once_leave_it_to_the_job(course, monkeypatch):
    write(1000, course, 5)
    queued = []
    monkeypatch.setattr(counting, "ATTEMPTS", 0)
    monkeypatch.setattr(counting.tasks, "queue", queued.append)
    written, _, is_new = write(1001, course, 1)
    monkeypatch.undo()

    assert (is_new, written["stars"], rating_of(course)["count"], queued) == (True, 1, 1, [counting.TASK])
    counting.count_waiting()
    assert rating_of(course)["stars"] == [1, 0, 0, 0, 1]


def test_a_move_that_was_not_finished_is_finished_before_the_next(course, monkeypatch):
    monkeypatch.setattr(counting, "_finish", lambda move: None)
    monkeypatch.setattr(counting, "ATTEMPTS", 1)
    write(1000, course, 2)
    monkeypatch.undo()
    assert (rating_of(course)["stars"], uncounted()) == ([0, 1, 0, 0, 0], 1)

    # The same review changes again, and another comes.
    write(1000, course, 5)
    write(1001, course, 3)

    assert (rating_of(course)["stars"], uncounted()) == ([0, 0, 1, 0, 1], 0)


def test_the_draft_does_not_change_with_the_rating(client, owner, course):
    before = client.get(f"/courses/{course.id}/draft", auth=owner)

    write(1000, course, 5)

    after = client.get(f"/courses/{course.id}/draft", auth=owner)
    assert (after.json, after.headers["ETag"]) == (before.json, before.headers["ETag"])


@pytest.mark.usefixtures("course")
def test_a_review_of_what_was_deleted_is_counted_nowhere():
    gone = str(ObjectId())

    counting.count(subjects.course(gone))

    assert Course.collection().count_documents({"_id": ObjectId(gone)}) == 0


def test_what_many_rate_well_comes_before_a_single_five(client, owner):
    names = {"one five": [5], "ten fours": [4] * 10, "bad": [1], "unrated": [], "best": [5] * 10}
    for name, ratings in names.items():
        course = make_course(owner, title=name)
        for stars in ratings:
            review(make_person(Role.STUDENT), course, stars)

    listed = [each["title"] for each in client.get("/courses?sort=rating").json]

    assert listed == ["best", "ten fours", "one five", "bad", "unrated"]


def test_courses_sorted_by_rating_are_walked_through(client, owner):
    for number in range(5):
        course = make_course(owner, title=f"Course {number}")
        for stars in [4] * (number // 2):
            review(make_person(Role.STUDENT), course, stars)
    found, query = [], {"sort": "rating", "page_size": 2}
    while query:
        response = client.get("/courses", query_string=query)
        found += [each["title"] for each in response.json]
        cursor = response.headers.get("X-Next-Cursor")
        query = cursor and {"sort": "rating", "page_size": 2, "cursor": cursor}

    assert found[0] == "Course 4"
    assert sorted(found) == [f"Course {number}" for number in range(5)]
