"""The measured reads of the learning record succeed, and return data."""

import pytest

from bench.dataset import Dataset
from bench.reads import all_reads
from bench.template_course import LESSONS
from learnstream.services.analytics import pending_events, rollup
from learnstream.services.foundation import events


@pytest.fixture
def dataset(app):
    dataset = Dataset(revised=True)
    dataset.add_courses(9)
    dataset.add_students(3)
    dataset.add_records(dataset.students, courses=slice(0, 1), finishing=2)
    rollup.run(rest=0)
    pending_events.move()
    events.publish()
    return dataset


@pytest.fixture
def responses(dataset, send_request):
    """Return the responses to all reads, by name."""

    def send_read(read):
        response = send_request(read.request(dataset, 0))
        response.get_data()  # a CSV table is generated while it is read
        return response

    return {read.name: send_read(read) for read in all_reads(events=0)}


def test_every_read_succeeds(responses):
    assert {name: response.status_code for name, response in responses.items()} == dict.fromkeys(responses, 200)


def test_the_reads_return_data(responses):
    assert responses["GET /courses/{id}/progress"].json["completed"]
    assert responses["GET /courses/{id}/learners, first page"].json[0]["fraction"] == 1
    assert responses["GET /courses/{id}/versions/diff, of versions"].json["counts"]["videos_replaced"] == 1
    assert responses["GET /courses/{id}/publish-preview"].json["effects"]["migrate"]["moving"] > 0
    assert responses["GET /courses/{id}/analytics"].json["totals"]["completed"] == 1
    # Two publications, and two learners who completed a course and its lessons.
    assert len(responses["GET /events, 100 of them"].json["events"]) == 2 + 2 * (LESSONS + 1)
    assert len(responses["GET /admin/analytics.csv, lessons"].text.splitlines()) > 20
