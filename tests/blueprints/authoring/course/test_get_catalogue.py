import unicodedata

import pytest
from bson import ObjectId

from learnstream.clock import now
from learnstream.documents import Course
from learnstream.models import Role
from learnstream.services.delivery import catalogue
from learnstream.stores.keyset import Part
from tests.factories import archive, make_course, make_person


def titles(response):
    return [course["title"] for course in response.json]


@pytest.fixture
def catalogue_courses(owner):
    """Three published courses, the first published first."""
    return [
        make_course(
            owner, title="botany", subject="Biology", tags=["plants", "green"], level="beginner", language="en"
        ),
        make_course(owner, title="Astronomy", subject="Physics", tags=["stars"], level="all", language="en-GB"),
        make_course(
            owner, title="Chemistry", subject="Physics", tags=["stars", "green"], language="de", summary="Not botany."
        ),
    ]


def test_published_courses_are_public(client, course):
    response = client.get("/courses")

    assert response.status_code == 200
    assert titles(response) == ["Astronomy"]


def test_drafts_and_archived_courses_are_not_listed(client, owner, course, draft_course):
    archive(course)

    assert client.get("/courses", auth=owner).json == []


def test_a_published_course_is_listed_immediately(client, owner, draft_course):
    before = client.get("/courses")
    client.post(f"/courses/{draft_course.id}/publish", json={}, auth=owner)

    assert (titles(before), titles(client.get("/courses"))) == ([], ["Astronomy"])


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("newest", ["Chemistry", "Astronomy", "botany"]),
        ("oldest", ["botany", "Astronomy", "Chemistry"]),
        ("title", ["Astronomy", "botany", "Chemistry"]),
    ],
)
def test_courses_are_sorted(client, catalogue_courses, sort, order):
    assert titles(client.get(f"/courses?sort={sort}")) == order


def test_the_newest_courses_come_first_by_default(client, catalogue_courses):
    assert titles(client.get("/courses")) == ["Chemistry", "Astronomy", "botany"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("subject=Physics", {"Astronomy", "Chemistry"}),
        ("tag=green", {"botany", "Chemistry"}),
        ("tag=green&tag=stars", {"Chemistry"}),
        ("tag=GREEN", {"botany", "Chemistry"}),
        ("level=beginner", {"botany"}),
        ("language=en", {"botany", "Astronomy"}),
        ("language=EN-gb", {"Astronomy"}),
        ("language=fr", set()),
        ("slug=astronomy", {"Astronomy"}),
        ("subject=Physics&language=de", {"Chemistry"}),
        ("subject=Physics&level=beginner", set()),
    ],
)
def test_courses_are_filtered(client, catalogue_courses, query, found):
    assert set(titles(client.get(f"/courses?{query}"))) == found


def test_courses_are_filtered_by_instructor(client, owner, course):
    other = make_person(Role.INSTRUCTOR, "Otto")
    make_course(other, title="Zoology")

    assert titles(client.get(f"/courses?instructor={other.id}")) == ["Zoology"]


def test_matches_in_titles_come_first(client, catalogue_courses):
    response = client.get("/courses?q=BOTANY")

    assert titles(response) == ["botany", "Chemistry"]


@pytest.mark.parametrize(
    ("title", "queries"),
    [
        ("Bookkeeping", ["Bookk", "bookkeeping", "BOOK"]),
        ("Астрономия для всех", ["астроном", "АСТРОНОМИЯ", "всех"]),
        ("Économie générale", ["econ", "gener", "e\u0301conomie"]),
        ("Straßenbau in Łódź", ["strasse", "lodz", "straß"]),
        ("Jose\u0301s Küche", ["josés", "kuch"]),
        ("奥迪的历史", ["奥迪"]),
    ],
)
def test_courses_are_found_by_word_prefixes(client, owner, catalogue_courses, title, queries):
    made = client.post("/courses", json={"title": title}, auth=owner).json
    client.post(f"/courses/{made['id']}/lessons", json={"title": "One", "kind": "text"}, auth=owner)
    client.post(f"/courses/{made['id']}/publish", json={}, auth=owner)

    for q in queries:
        assert titles(client.get("/courses", query_string={"q": q})) == [unicodedata.normalize("NFC", title)], q


def test_whole_words_rank_above_prefixes_and_titles_above_descriptions(client, owner):
    make_course(owner, title="Nothing", description="artful")
    make_course(owner, title="Artisans")
    make_course(owner, title="Painting", tags=["art"])
    make_course(owner, title="Art")
    make_course(owner, title="History", summary="Of artists.")

    found = titles(client.get("/courses?q=art"))

    assert (found[0], set(found[1:3]), found[3:]) == ("Art", {"Artisans", "Painting"}, ["History", "Nothing"])


def test_courses_with_more_matching_words_come_first(client, catalogue_courses):
    assert titles(client.get("/courses?q=green bot")) == ["botany", "Chemistry"]
    assert [titles(client.get(f"/courses?q=green bot&page={page}&page_size=1")) for page in (1, 2, 3)] == [
        ["botany"],
        ["Chemistry"],
        [],
    ]


def test_a_search_examines_only_matching_courses(client, owner, catalogue_courses, plans):
    other = Course.collection().find_one({"_id": ObjectId(make_course(owner, title="Geology").id)})
    others = [other | {"_id": ObjectId(), "slug": f"geology-{number}"} for number in range(100)]
    Course.collection().insert_many(others)
    with plans:
        assert titles(client.get("/courses?q=bot&sort=title")) == ["botany", "Chemistry"]
        assert titles(client.get("/courses?q=bot&subject=Biology")) == ["botany"]

    assert [scan for scan in plans.scans if "COLLSCAN" in scan[1]] == []
    assert plans.examined("courses") < 20


def test_words_can_be_excluded(client, catalogue_courses):
    assert titles(client.get("/courses?q=botany -plants")) == ["Chemistry"]


@pytest.mark.parametrize("words", ['"', '"""', "-", "$where", "a" * 200, "{}", "\\", "ß"])
def test_unusual_search_words_find_nothing(client, catalogue_courses, words):
    response = client.get("/courses", query_string={"q": words})

    assert (response.status_code, response.json) == (200, [])


def test_an_empty_search_lists_all_courses(client, catalogue_courses):
    assert len(client.get("/courses?q=").json) == 3


def test_search_and_filters_can_be_combined(client, catalogue_courses):
    assert titles(client.get("/courses?q=botany&subject=Physics&sort=title")) == ["Chemistry"]


def test_pages_have_pagination_headers(client, catalogue_courses):
    response = client.get("/courses?sort=title&page=2&page_size=2")

    assert titles(response) == ["Chemistry"]
    assert '"total": 3' in response.headers["X-Pagination"]
    assert '"previous_page": 1' in response.headers["X-Pagination"]


def test_a_page_beyond_the_end_is_empty(client, catalogue_courses):
    assert client.get("/courses?page=1000000&page_size=100").json == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("page=1e20", "page"),
        ("page=1000001", "page"),
        ("page_size=101", "page_size"),
        ("sort=price", "sort"),
        ("sort=relevance", "sort"),
        ("level=expert", "level"),
        ("instructor=x", "instructor"),
        ("instructor=99999999999999999999", "instructor"),
        ("q=" + "x" * 201, "q"),
        ("q=%00", "q"),
        ("tag=" + "x" * 41, "tag"),
        ("language=english!", "language"),
    ],
)
def test_an_invalid_parameter_is_named(client, query, field):
    response = client.get(f"/courses?{query}")

    assert response.status_code == 422
    assert field in response.json["errors"]["query"]


def test_an_unchanged_page_is_not_sent_again(client, course):
    first = client.get("/courses")

    again = client.get("/courses", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_changed_page_is_sent(client, owner, course):
    tag = client.get("/courses").headers["ETag"]
    make_course(owner, title="Botany")

    assert client.get("/courses", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("sort", ["newest", "oldest", "title"])
@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"subject": "Physics"},
        {"tag": ["stars", "green"]},
        {"level": "all"},
        {"language": "en"},
        {"instructor": 1},
        {"slug": "astronomy"},
        {"q": "botany"},
        {"q": "botany", "subject": "Physics", "tag": ["stars"], "level": "all", "language": "en", "instructor": 1},
    ],
)
def test_no_query_scans_the_collection(catalogue_courses, filters, sort):
    order = catalogue.ORDERS[sort]
    place = ("Botany" if sort == "title" else now(), ObjectId())
    for part in (Part(), Part(after=place)):
        plan = Course.collection().find(order.part_of(catalogue.query_for(filters), part)).sort(order.sort).explain()

        assert "COLLSCAN" not in str(plan["queryPlanner"]["winningPlan"])
