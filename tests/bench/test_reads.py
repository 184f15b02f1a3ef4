"""The measured reads of the learning record succeed, and return data."""

import pytest

from bench.reads import all_reads
from bench.school import School
from bench.teaching import LESSONS
from learnstream.services.analytics import pending_events, rollup
from learnstream.services.foundation import events


@pytest.fixture
def school(app):
    school = School(revised=True)
    school.add_courses(9)
    school.add_students(3)
    school.add_records(school.students, courses=slice(0, 1), finishing=2)
    rollup.run(rest=0)
    pending_events.move()
    events.publish()
    return school


@pytest.fixture
def answers(school, ask):
    """Return the responses to all reads, by name."""

    def answered(read):
        answer = ask(read.request(school, 0))
        answer.get_data()  # a CSV table is generated while it is read
        return answer

    return {read.name: answered(read) for read in all_reads(events=0)}


def test_every_read_is_answered(answers):
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 200)


def test_there_is_something_to_read(answers):
    assert answers["GET /courses/{id}/progress"].json["completed"]
    assert answers["GET /courses/{id}/learners, first page"].json[0]["fraction"] == 1
    assert answers["GET /courses/{id}/versions/diff, of versions"].json["counts"]["videos_replaced"] == 1
    assert answers["GET /courses/{id}/publish-preview"].json["effects"]["migrate"]["moving"] > 0
    assert answers["GET /courses/{id}/analytics"].json["totals"]["completed"] == 1
    # Two publications, and two learners who completed a course and its lessons.
    assert len(answers["GET /events, 100 of them"].json["events"]) == 2 + 2 * (LESSONS + 1)
    assert len(answers["GET /admin/analytics.csv, lessons"].text.splitlines()) > 20
