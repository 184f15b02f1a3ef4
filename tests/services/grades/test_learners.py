from itertools import islice

import pytest

from learnstream.services.grades import learners
from learnstream.services.grades.learners import LearnerFilter
from tests.grades import give
from tests.homework import learner_of, make_assignment_lesson


@pytest.fixture
def enrolled(course, monkeypatch):
    """Five learners, who are exported two at a time."""
    monkeypatch.setattr(learners, "BATCH", 2)
    lesson = make_assignment_lesson(course)
    people = [learner_of(course, name) for name in ("Eve", "Dan", "Cem", "Bob", "Ann")]
    for points, person in enumerate(people):
        give(person, course, lesson, points)
    return people


def test_an_export_has_each_learner_once_in_the_order_of_enrollment(course, enrolled):
    rows = list(learners.export(LearnerFilter(course.id)))

    assert [(row["name"], row["percent"]) for row in rows] == list(
        zip(("Eve", "Dan", "Cem", "Bob", "Ann"), (0, 10, 20, 30, 40), strict=True)
    )


def test_an_export_reads_no_more_than_a_batch_ahead(course, enrolled, statements):
    with statements() as sent:
        rows = learners.export(LearnerFilter(course.id))
        first = [*islice(rows, 2)]
        of_one_batch = len(sent)
        next(rows)

    assert len(first) == 2
    assert len(sent) == 2 * of_one_batch
