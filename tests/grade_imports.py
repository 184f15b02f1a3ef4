"""Files of grades that a course's staff upload and import."""

import csv
import io

from learnstream.clock import now
from learnstream.integrations import files as port
from learnstream.services.foundation import outbox
from learnstream.services.homework.imports import jobs
from learnstream.services.media import file_worker, files
from tests.files import make_file


def table(*rows):
    """Return a CSV table of rows, the first of which has the headings."""
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


def upload(owner, data, name="grades.csv", **fields):
    """Upload a file of grades, have it checked, and return its id."""
    about = {"purpose": "grades", "name": name, "size": len(data), "state": "processing", "due_at": now()}
    file = make_file(owner, **about | fields)
    port.service().put(files.staging_name(file["_id"]), [data], content_type=None)
    file_worker.process_due()
    return str(file["_id"])


def create(client, lesson, auth, file_id, **options):
    return client.post(f"/lessons/{lesson.id}/grades/import", auth=auth, json={"file_id": file_id, **options})


def finished(client, lesson, owner, data, **options):
    """Import a file, and return what has become of it."""
    created = create(client, lesson, owner, upload(owner, data), **options).json
    outbox.relay(topic=jobs.TOPIC)
    return client.get(f"/lessons/{lesson.id}/grades/imports/{created['id']}", auth=owner).json
