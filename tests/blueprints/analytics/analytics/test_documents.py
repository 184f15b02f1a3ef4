"""Documents count like texts: opening completes them, and the figures show it."""

import pytest

from learnstream.documents import LessonKind
from learnstream.services.analytics import rollup
from tests.factories import make_course, make_person, make_seat
from tests.files import make_document, show_document


@pytest.fixture
def handout(client, owner):
    """A course with a document that one of two learners has opened."""
    course = make_course(owner, [{"title": "Handout", "kind": LessonKind.DOCUMENT}])
    show_document(course, course.lessons[0], make_document(owner))
    readers = [make_person(name=name) for name in ("Lea", "Max")]
    for reader in readers:
        make_seat(reader, course)
    client.put(f"/lessons/{course.lessons[0].id}/progress", json={"opened": True}, auth=readers[0])
    rollup.run(rest=0)
    return course


def test_the_funnel_counts_readers_of_a_document(get_figures, handout):
    [step] = get_figures(f"/courses/{handout.id}/analytics")["funnel"]

    assert (step["kind"], step["started"], step["completed"]) == ("document", 1, 1)


def test_a_document_has_no_retention_curve(get_figures, handout):
    found = get_figures(f"/lessons/{handout.lessons[0].id}/analytics")

    assert (found["kind"], found["videos"], found["retention"]) == ("document", [], None)


def test_the_learners_table_counts_documents(client, owner, handout):
    rows = client.get(f"/courses/{handout.id}/learners", auth=owner).json

    assert {row["name"]: (row["fraction"], row["completed_lessons"]) for row in rows} == {
        "Lea": (1.0, 1),
        "Max": (0.0, 0),
    }
