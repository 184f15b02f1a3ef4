import pytest

from learnstream.services.analytics import rollup
from tests.blueprints.analytics.publish_preview.drafts import LESSONS, publish
from tests.factories import make_course, make_person, make_ready_video, make_seat
from tests.factories import put_video as put
from tests.learning import complete, make_record


@pytest.fixture
def course(owner):
    """Two texts and a video that plays."""
    course = make_course(owner, LESSONS, published=False)
    put(course.lessons[2], make_ready_video(duration=100.0))
    publish(course, owner)
    return course


@pytest.fixture
def lea(course):
    """A learner who has read the first lesson and watched half of the film: 1.5 of 3."""
    person = make_person(name="Lea")
    make_seat(person, course)
    complete(person, course, course.lessons[0])
    make_record(person, course, course.lessons[2], watched=0.5)
    return person


@pytest.fixture
def preview(client, owner, course):
    def preview(person=owner, **query):
        rollup.run(rest=0)
        return client.get(f"/courses/{course.id}/publish-preview", query_string=query, auth=person)

    return preview
