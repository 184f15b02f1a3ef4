"""Entries that are added and removed while a client walks through a list."""

import pytest

from learnstream.services.authoring import publishing
from learnstream.stores.sql import db
from tests.factories import archive, make_course, make_person, make_seat


def ids(parts):
    return [entry["id"] for part in parts for entry in part]


@pytest.mark.parametrize("query", ["sort=newest", "sort=oldest", "sort=title", "q=fruit", "q=fruit&sort=newest"])
@pytest.mark.parametrize("title", ["aaa", "zzz"])
def test_a_publication_during_a_walk_duplicates_and_hides_no_course(walk, catalogue, query, title):
    found = ids(
        walk(
            f"/courses?{query}&page_size=2",
            between=lambda: make_course(catalogue.owner, title=title, summary="fruit"),
        )
    )

    assert len(set(found)) == len(found)
    assert set(found) >= {course.id for course in catalogue.courses}


def test_a_new_version_during_a_walk_changes_no_position(walk, catalogue):
    def publish():
        for course in catalogue.courses:
            publishing.publish(course_id=course.id, published_by=catalogue.owner.id)
        db.session.commit()

    found = ids(walk("/courses?sort=newest&page_size=2", between=publish))

    assert found == [course.id for course in reversed(catalogue.courses)]


def test_a_deletion_during_a_walk_hides_no_other_entry(walk, catalogue):
    newest = catalogue.courses[::-1]

    found = ids(walk("/courses?page_size=2", between=lambda: [archive(course) for course in newest[:2]]))

    assert found == [course.id for course in newest]


def test_the_longest_titles_fit_into_a_cursor(walk, owner):
    made = [make_course(owner, title="\u0390" * 200) for _ in range(3)]

    assert len(ids(walk("/courses?sort=title&page_size=1"))) == len(made)


def test_numbered_pages_do_drift(client, catalogue):
    first = client.get("/courses?page_size=2").json
    make_course(catalogue.owner, title="Pear")

    assert client.get("/courses?page_size=2&page=2").json[0]["id"] == first[1]["id"]


def test_an_enrollment_during_a_walk_hides_no_learner(walk, catalogue):
    course = catalogue.courses[0]
    people = [make_person(name=f"Person {number}") for number in range(4)]
    for person in people:
        make_seat(person, course)

    parts = walk(
        f"/courses/{course.id}/learners?sort=-enrolled_at&page_size=2",
        auth=catalogue.owner,
        between=lambda: make_seat(make_person(name="New"), course),
    )

    assert [entry["user_id"] for part in parts for entry in part] == [
        *(person.id for person in reversed(people)),
        catalogue.learner.id,
    ]
