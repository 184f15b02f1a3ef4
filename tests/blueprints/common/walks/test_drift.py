"""What comes and goes while somebody walks through a list."""

import pytest

from learnstream.services.authoring import publishing
from learnstream.stores.sql import db
from tests.factories import archive, make_course, make_person, make_seat


def ids(parts):
    return [entry["id"] for part in parts for entry in part]


@pytest.mark.parametrize("query", ["sort=newest", "sort=oldest", "sort=title", "q=fruit", "q=fruit&sort=newest"])
@pytest.mark.parametrize("title", ["aaa", "zzz"])
def test_publishing_meanwhile_shows_no_course_twice_and_misses_none(follow, school, query, title):
    found = ids(
        follow(
            f"/courses?{query}&page_size=2",
            between=lambda: make_course(school.owner, title=title, summary="fruit"),
        )
    )

    assert len(set(found)) == len(found)
    assert set(found) >= {course.id for course in school.courses}


def test_a_new_version_meanwhile_changes_no_place(follow, school):
    def publish():
        for course in school.courses:
            publishing.publish(course_id=course.id, published_by=school.owner.id)
        db.session.commit()

    found = ids(follow("/courses?sort=newest&page_size=2", between=publish))

    assert found == [course.id for course in reversed(school.courses)]


def test_what_goes_meanwhile_hides_nothing_else(follow, school):
    newest = school.courses[::-1]

    found = ids(follow("/courses?page_size=2", between=lambda: [archive(course) for course in newest[:2]]))

    assert found == [course.id for course in newest]


def test_the_longest_titles_fit_into_a_cursor(follow, owner):
    made = [make_course(owner, title="\u0390" * 200) for _ in range(3)]

    assert len(ids(follow("/courses?sort=title&page_size=1"))) == len(made)


def test_pages_do_drift(client, school):
    first = client.get("/courses?page_size=2").json
    make_course(school.owner, title="Pear")

    assert client.get("/courses?page_size=2&page=2").json[0]["id"] == first[1]["id"]


def test_who_enrols_meanwhile_hides_no_learner(follow, school):
    course = school.courses[0]
    people = [make_person(name=f"Person {number}") for number in range(4)]
    for person in people:
        make_seat(person, course)

    parts = follow(
        f"/courses/{course.id}/learners?sort=-enrolled_at&page_size=2",
        auth=school.owner,
        between=lambda: make_seat(make_person(name="New"), course),
    )

    assert [entry["user_id"] for part in parts for entry in part] == [
        *(person.id for person in reversed(people)),
        school.learner.id,
    ]
