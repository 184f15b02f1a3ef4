"""What tests search, and what they find."""

from learnstream.documents import LessonKind
from learnstream.services.search import index
from tests.factories import CreatedCourse, Person, make_course

MOON = {"title": "Phases of the moon", "kind": LessonKind.TEXT, "body": "The terminator wanders.", "summary": "Light."}


def make_found_course(owner: Person, title: str, *lessons: dict, **fields) -> CreatedCourse:
    """Publish a course with these lessons, or with one about the moon, and index it."""
    course = make_course(
        owner, [{"kind": LessonKind.TEXT, **each} for each in lessons] or [MOON], title=title, **fields
    )
    index.catch_up()
    return course


def found(client, q: str, *, auth: Person | None = None, **given) -> list[str]:
    """Return the titles that a search finds."""
    response = client.get("/search", query_string={"q": q, **given}, auth=auth)
    assert response.status_code == 200, response.json
    return [hit["title"] for hit in response.json]
