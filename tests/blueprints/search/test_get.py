"""GET /search."""

from learnstream.services.search import index
from tests.factories import archive, make_seat
from tests.search import found, make_found_course


def test_a_course_is_found_by_the_beginnings_of_its_words(client, owner):
    make_found_course(owner, "Astronomy for beginners", tags=["night sky"], summary="Stars explained")
    make_found_course(owner, "Biology")

    assert found(client, "astro beg") == ["Astronomy for beginners"]
    assert found(client, "nigh") == ["Astronomy for beginners"]
    assert found(client, "explained") == ["Astronomy for beginners"]
    assert found(client, "astro biology") == []


def test_a_hit_shows_its_course_and_what_matched(client, owner):
    course = make_found_course(owner, "Astronomy")

    [hit] = client.get("/search?q=phases").json

    assert hit == {
        "kind": "lesson",
        "id": course.lessons[0].id,
        "title": "Phases of the moon",
        "snippet": [{"text": "Phases", "match": True}, {"text": " of the moon", "match": False}],
        "path": f"/lessons/{course.lessons[0].id}",
        "course": {"id": course.id, "title": "Astronomy", "slug": "astronomy", "cover": "", "status": "published"},
        "book": None,
    }


def test_the_text_of_a_lesson_is_found_by_those_who_may_read_it(client, owner, learner, stranger, admin):
    course = make_found_course(owner, "Astronomy")
    make_seat(learner, course)

    assert found(client, "terminator") == found(client, "terminator", auth=stranger) == []
    for reader in (learner, owner, admin):
        assert found(client, "terminator", auth=reader) == ["Phases of the moon"]


def test_an_archived_course_is_found_by_its_learners(client, owner, learner, stranger):
    course = make_found_course(owner, "Botany")
    make_seat(learner, course)
    archive(course)

    assert found(client, "botany") == []
    index.catch_up()
    assert found(client, "botany") == found(client, "botany", auth=stranger) == []
    assert found(client, "botany", auth=learner) == ["Botany"]
    assert found(client, "phases wanders", auth=learner) == ["Phases of the moon"]


def test_what_matches_better_comes_first(client, owner):
    make_found_course(owner, "Other", {"title": "A lesson"}, summary="All about moonlight")
    make_found_course(owner, "Tagged", {"title": "A lesson"}, tags=["moon"])
    make_found_course(owner, "Moonlight", {"title": "A lesson"})
    make_found_course(owner, "The moon", {"title": "A lesson"})
    make_found_course(owner, "Moon", {"title": "A lesson"})

    assert found(client, "moon") == ["Moon", "The moon", "Moonlight", "Tagged", "Other"]


def test_pages_follow_one_another_without_repeating(client, owner):
    for number in range(4):
        make_found_course(owner, f"Moon {number}", {"title": f"Moon phase {number}"}, {"title": f"Full moon {number}"})

    titles, path = [], "/search?q=moon&limit=5"
    while path:
        response = client.get(path)
        titles += [hit["title"] for hit in response.json]
        path = response.headers.get("Link", "").partition(">")[0].removeprefix("<")

    assert len(titles) == len(set(titles)) == 12
