"""Reviewing a course."""

import pytest

from learnstream.models import Role, SeatStatus
from learnstream.services.authoring import subject_changes
from learnstream.services.reviews import rules
from learnstream.stores.sql import db
from tests.factories import archive, make_course, make_person, make_seat, make_subject
from tests.learning import complete, make_record
from tests.problems import invalid_fields, outcome
from tests.reviews import begun, put_review, rating_of, reviews_of


def test_a_review_is_written_and_read_back(client, reader, course):
    written = put_review(client, reader, course, 201, stars=4, text="I *know* it now.")

    assert written.json["rating"] == {"mean": 4.0, "count": 1, "stars": [0, 0, 0, 1, 0]}
    own = client.get(f"/courses/{course.id}/reviews/mine", auth=reader)
    assert own.json == {name: value for name, value in written.json.items() if name != "rating"}
    assert own.headers["ETag"] == written.headers["ETag"] == '"1"'
    [shown] = reviews_of(client, course)
    assert (shown["author"], shown["stars"], shown["text"], shown["progress_percent"]) == (
        reader.name,
        4,
        "I *know* it now.",
        33,
    )


def test_a_review_is_replaced_as_a_whole(client, reader, course):
    first = put_review(client, reader, course, 201, stars=1, text="Dull.", anonymous=True).json

    second = put_review(client, reader, course, 200, stars=5).json

    assert (second["id"], second["text"], second["anonymous"]) == (first["id"], "", False)
    assert second["created_at"] == first["created_at"]
    assert second["rating"] == {"mean": 5.0, "count": 1, "stars": [0, 0, 0, 0, 1]}


def test_the_same_again_changes_nothing(client, reader, course):
    first = put_review(client, reader, course, 201, text="Clear.")

    again = put_review(client, reader, course, 200, text="Clear.")

    assert (again.json, again.headers["ETag"]) == (first.json, first.headers["ETag"])


def test_a_second_device_overwrites_nothing(client, reader, course):
    seen = {"If-Match": put_review(client, reader, course).headers["ETag"]}
    put_review(client, reader, course, 200, headers=seen, text="From the phone")

    put_review(client, reader, course, 412, headers=seen, text="From the laptop")

    assert reviews_of(client, course)[0]["text"] == "From the phone"


def test_a_save_whose_response_was_lost_can_be_repeated(client, reader, course):
    seen = {"If-Match": put_review(client, reader, course).headers["ETag"]}
    first = put_review(client, reader, course, 200, headers=seen, text="Once")

    assert put_review(client, reader, course, 200, headers=seen, text="Once").json == first.json


def test_a_condition_on_a_review_that_is_not_there_fails(client, reader, course):
    put_review(client, reader, course, 412, headers={"If-Match": '"1"'})

    assert reviews_of(client, course) == []


def test_a_name_that_is_not_to_be_shown_is_not(client, reader, course):
    put_review(client, reader, course, anonymous=True)

    assert [each["author"] for each in reviews_of(client, course)] == [None]


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("stars", {"stars": 0}),
        ("stars", {"stars": 6}),
        ("stars", {"stars": 4.5}),
        ("stars", {"stars": "5"}),
        ("stars", {"stars": True}),
        ("stars", {"stars": None}),
        ("stars", {"stars": 10**40}),
        ("text", {"text": "x" * 5001}),
        ("text", {"text": "a\x00b"}),
        ("text", {"text": None}),
        ("text", {"text": "\ud800"}),
        ("anonymous", {"anonymous": "yes"}),
        ("helpful", {"helpful": 99}),
    ],
)
def test_an_invalid_field_is_named(client, reader, course, field, body):
    response = client.put(f"/courses/{course.id}/reviews/mine", json={"stars": 5} | body, auth=reader)

    assert invalid_fields(response) == [field]
    assert reviews_of(client, course) == []


def test_stars_are_required(client, reader, course):
    response = client.put(f"/courses/{course.id}/reviews/mine", json={"text": "Good."}, auth=reader)

    assert invalid_fields(response) == ["stars"]


def test_who_was_never_enrolled_cannot_review(client, stranger, course):
    assert outcome(put_review(client, stranger, course, 403)) == (403, "not_enrolled")


def test_who_has_hardly_begun_cannot_review(client, learner, course):
    make_record(learner, course, course.video, watched=0.29, version=1)

    assert outcome(put_review(client, learner, course, 403)) == (403, "review_needs_progress")


def test_ten_percent_suffice(client, owner):
    lessons = [{"title": f"Lesson {number}", "body": "Read."} for number in range(10)]
    course = make_course(owner, lessons)
    person = make_person(Role.STUDENT, "Lea")
    make_seat(person, course)
    complete(person, course, course.lessons[0])

    assert put_review(client, person, course, 201).json["progress_percent"] == 10


@pytest.mark.parametrize(
    ("fraction", "percent"), [(29 / 100, 29), (sum([0.7, 0.2, 0.1]) / 10, 10), (0.0999, 9), (0.9999, 99)]
)
def test_percentages_are_whole_and_rounded_down(fraction, percent):
    assert rules.percent_of(fraction) == percent


def test_a_seat_that_is_over_suffices(client, course):
    withdrawn = begun(course, "Wim", status=SeatStatus.WITHDRAWN)

    put_review(client, withdrawn, course, 201)


def test_instructors_cannot_review_their_course(client, owner, course):
    make_seat(owner, course)
    complete(owner, course, course.text)

    assert outcome(put_review(client, owner, course, 403)) == (403, "own_course")


def test_teachers_of_the_subject_cannot_review_its_courses(client, owner):
    subject = make_subject()
    course = make_course(owner, subject_id=subject.id)
    teacher = make_person(Role.INSTRUCTOR, "Tom")
    make_seat(teacher, course)
    complete(teacher, course, course.text)
    subject_changes.replace_teachers(subject.id, by=owner.id, teacher_ids=[teacher.id])
    db.session.commit()

    assert outcome(put_review(client, teacher, course, 403)) == (403, "own_course")


def test_an_archived_course_can_be_reviewed(client, reader, course):
    archive(course)

    put_review(client, reader, course, 201)
    assert len(reviews_of(client, course)) == 1


def test_reviews_move_the_rating_at_once(client, course):
    people = [begun(course, f"Lea{number}") for number in range(3)]
    for person, stars in zip(people, (5, 4, 4), strict=True):
        put_review(client, person, course, stars=stars)

    found = client.get(f"/courses/{course.id}").json["rating"]

    assert found == {"mean": 4.33, "count": 3, "stars": [0, 0, 0, 2, 1]}
    assert client.get("/courses").json[0]["rating"] == found
    assert rating_of(course)["score"] == round((13 + 5 * 3.5) / 8, 6)


def test_a_changed_review_counts_once(client, reader, course):
    for stars in (1, 5, 3, 3):
        put_review(client, reader, course, stars=stars)

    assert rating_of(course)["stars"] == [0, 0, 1, 0, 0]


def test_the_page_of_a_course_without_reviews_says_so(client, course):
    unrated = {"mean": None, "count": 0, "stars": [0, 0, 0, 0, 0]}

    assert client.get(f"/courses/{course.id}").json["rating"] == unrated
    assert reviews_of(client, course) == []
