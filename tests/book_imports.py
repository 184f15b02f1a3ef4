"""Files of books that instructors upload and import."""

import csv
import io

from learnstream.clock import now
from learnstream.integrations import files as port
from learnstream.services.books.imports import jobs
from learnstream.services.foundation import outbox
from learnstream.services.media import file_worker, files
from tests.files import make_file


def table(*rows):
    """Return a CSV table of rows, the first of which has the headings."""
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


def upload(owner, data, name="books.csv"):
    """Upload a file of books, have it checked, and return its id."""
    about = {"purpose": "books", "name": name, "size": len(data), "state": "processing", "due_at": now()}
    file = make_file(owner, **about)
    port.service().put(files.staging_name(file["_id"]), [data], content_type=None)
    file_worker.process_due()
    return str(file["_id"])


def create(client, auth, file_id, **options):
    return client.post("/book-imports", auth=auth, json={"file_id": file_id, **options})


def imported(client, owner, *rows, name="books.csv", **options):
    """Import a table, or the bytes of a file, and return what has become of it."""
    data = rows[0] if isinstance(rows[0], bytes) else table(*rows)
    created = create(client, owner, upload(owner, data, name), **options).json
    outbox.relay(topic=jobs.TOPIC)
    return read(client, owner, created["id"])


def read(client, auth, import_id):
    return client.get(f"/book-imports/{import_id}", auth=auth).json


def undo(client, auth, import_id):
    """Undo an import, and return what has become of it."""
    requested = client.post(f"/book-imports/{import_id}/undo", auth=auth)
    assert requested.status_code == 202
    outbox.relay(topic=jobs.TOPIC)
    return read(client, auth, import_id)
