"""Files of questions that authors upload and import."""

from learnstream.clock import now
from learnstream.integrations import files as port
from learnstream.services.foundation import outbox
from learnstream.services.media import file_worker, files
from learnstream.services.quizzes.imports import jobs
from tests.files import make_file

GIFT = r"""::m1::Name a moon of Mars. {=Phobos =Deimos}

::m2::Which planet has rings? {~Mars =Saturn#Yes}

::m3::Two right ones {~%70%a ~%30%b}
"""


def upload(owner, data, name, **fields):
    """Upload a file of questions, have it checked, and return its id."""
    file = make_file(
        owner,
        **{"purpose": "questions", "name": name, "size": len(data), "state": "processing", "due_at": now(), **fields},
    )
    port.service().put(files.staging_name(file["_id"]), [data], content_type=None)
    file_worker.process_due()
    return str(file["_id"])


def create(client, course, auth, file_id, **options):
    return client.post(f"/courses/{course.id}/questions/import", auth=auth, json={"file_id": file_id, **options})


def finished(client, course, owner, data, name="questions.gift", **options):
    """Import a file, and return what has become of it."""
    data = data.encode() if isinstance(data, str) else data
    created = create(client, course, owner, upload(owner, data, name), **options).json
    outbox.relay(topic=jobs.TOPIC)
    return client.get(f"/courses/{course.id}/questions/imports/{created['id']}", auth=owner).json
