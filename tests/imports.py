"""Spreadsheets of people that administrators upload and import."""

from learnstream.clock import now
from learnstream.integrations import files as port
from learnstream.services.enrollment.imports import jobs
from learnstream.services.foundation import outbox
from learnstream.services.media import file_worker, files
from tests.files import make_file

CSV = "Nome;E-mail;Matrícula\nAna;ana@example.com;007\nRui;rui@example\nEva;eva@example.com;009\n".encode()


def upload(owner, data=CSV, **fields):
    """Upload a spreadsheet, have it checked, and return its id."""
    file = make_file(
        owner, **{"purpose": "import", "size": len(data), "state": "processing", "due_at": now(), **fields}
    )
    port.service().put(files.staging_name(file["_id"]), [data], content_type=None)
    file_worker.process_due()
    return str(file["_id"])


def create(client, admin, file_id, **options):
    return client.post("/admin/imports", auth=admin, json={"file_id": file_id, **options})


def finished(client, admin, data=CSV, **options):
    """Import a file, and return what has become of it."""
    created = create(client, admin, upload(admin, data), **options).json
    outbox.relay(topic=jobs.TOPIC)
    return client.get(f"/admin/imports/{created['id']}", auth=admin).json
