"""What a web worker imports: each of them pays for it in memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from devstack.s3.settings import environment

ROOT = Path(__file__).parents[2]
# Migrations and their command line, the documentation page's packages, Celery's worker, what renders and sends mails, what
# sets up second factors, what decodes pictures, the S3 client, what reads and writes spreadsheets,
# the SDKs of Mux and Stripe and their HTTP clients.
FOREIGN = {
    "alembic",
    "mako",
    "pygments",
    "flask_openapi",
    "flask_openapi_scalar",
    "pydantic",
    "celery.worker",
    "honcho",
    "babel",
    "css_inline",
    "smtplib",
    "learnstream.integrations.smtp.adapter",
    "pyotp",
    "segno",
    "obstore",
    "python_calamine",
    "PIL",
    "mux_python",
    "stripe",
    "requests",
    "urllib3",
}

PROGRAM = """
import sys
from datetime import timedelta
from learnstream.clock import now
from learnstream.integrations import files
from wsgi import app

with app.app_context():
    store, soon = files.service(), now() + timedelta(minutes=5)
    store.upload_target("staging/1", size=1, content_type=None, expires_at=soon)
    store.download_url("files/1", filename="a.pdf", content_type="application/pdf", inline=False, expires_at=soon)
assert store.kind == "s3"
print(*sys.modules, sep="\\n")
"""


@pytest.fixture(scope="module")
def imported(settings):
    """The modules that are loaded in a process that has just created the application, as a web worker does.

    It presigns URLs of a bucket, too.
    """
    bucket = environment("http://127.0.0.1:1", "secret")
    output = subprocess.check_output(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env=os.environ | settings | bucket, text=True, timeout=60
    )
    return set(output.split())


def test_the_application_is_imported(imported):
    assert "learnstream.blueprints" in imported


def test_web_workers_do_not_import_what_only_other_processes_need(imported):
    assert imported & FOREIGN == set()
