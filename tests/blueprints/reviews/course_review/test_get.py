"""Listing the reviews of a course."""

import pytest

from learnstream.models import Role, User
from learnstream.services.reviews import moderation, readers
from learnstream.stores.sql import db
from tests.factories import make_course, make_person
from tests.problems import invalid_fields
from tests.reviews import begun, put_review, review, reviews_of


@pytest.fixture
def four(course):
    """The ids of reviews with two to five stars, the last of which was written first."""
    people = [make_person(Role.STUDENT, f"Lea{number}") for number in range(4)]
    return [review(person, course, stars, days_ago=stars) for stars, person in enumerate(people, 2)]


def ids(found):
    return [each["id"] for each in found]


def test_guests_read_the_newest_first(client, course, four):
    assert ids(reviews_of(client, course)) == four


def test_what_helped_most_comes_first(client, course, four):
    for number, review_id in enumerate(four):
        for voter in range(number):
            readers.vote(review_id, by=1000 + voter)

    assert ids(reviews_of(client, course, sort="helpful")) == four[::-1]
    assert [each["helpful"] for each in reviews_of(client, course, sort="helpful")] == [3, 2, 1, 0]


def test_reviews_are_selected_by_stars(client, course, four):
    assert [each["stars"] for each in reviews_of(client, course, stars=3)] == [3]
    assert reviews_of(client, course, stars=1) == []


@pytest.mark.parametrize("sort", ["newest", "helpful"])
def test_a_list_is_walked_through_by_cursor(client, course, four, sort):
    found, query = [], {"limit": 3, "sort": sort}
    while query:
        response = client.get(f"/courses/{course.id}/reviews", query_string=query)
        found += ids(response.json)
        cursor = response.headers.get("X-Next-Cursor")
        query = cursor and query | {"cursor": cursor}

    assert sorted(found) == sorted(four)
    assert len(found) == 4


def test_an_unchanged_list_is_not_sent_again(client, course, four):
    etag = client.get(f"/courses/{course.id}/reviews").headers["ETag"]

    assert client.get(f"/courses/{course.id}/reviews", headers={"If-None-Match": etag}).status_code == 304
    readers.vote(four[0], by=1000)
    assert client.get(f"/courses/{course.id}/reviews", headers={"If-None-Match": etag}).status_code == 200


def test_hidden_reviews_are_not_shown(client, admin, course, four):
    assert len(reviews_of(client, course)) == 4

    moderation.hide(four[1], by=admin.id, reason="Spam")
    db.session.commit()

    assert ids(reviews_of(client, course)) == [four[0], *four[2:]]
    assert reviews_of(client, course, stars=3) == []


def test_disabled_accounts_are_not_named(client, reader, course):
    put_review(client, reader, course)
    db.session.get(User, reader.id).is_active = False
    db.session.commit()

    assert [each["author"] for each in reviews_of(client, course)] == [None]


def test_no_field_tells_who_wrote_anonymously(client, course):
    put_review(client, begun(course), course, anonymous=True)

    [found] = reviews_of(client, course)

    assert found.keys() == {
        "id",
        "author",
        "stars",
        "text",
        "progress_percent",
        "helpful",
        "reply",
        "created_at",
        "updated_at",
    }


@pytest.mark.parametrize(
    ("field", "query"),
    [("stars", "stars=0"), ("stars", "stars=6"), ("stars", "stars=x"), ("sort", "sort=best"), ("page", "page=2")],
)
def test_an_invalid_parameter_is_named(client, course, field, query):
    assert invalid_fields(client.get(f"/courses/{course.id}/reviews?{query}"), "query") == [field]


def test_drafts_have_no_reviews(client, owner):
    draft = make_course(owner, published=False)

    assert client.get(f"/courses/{draft.id}/reviews").status_code == 404
    assert client.get(f"/courses/{draft.id}/reviews", auth=owner).status_code == 404
