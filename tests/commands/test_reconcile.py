from datetime import timedelta

from learnstream.clock import now
from learnstream.documents import Video
from learnstream.extensions import db
from learnstream.services.foundation import outbox
from learnstream.services.media import uploads


def reconcile(app):
    result = app.test_cli_runner().invoke(args=["reconcile"])
    assert result.exit_code == 0, result.output
    return result.output.strip()


def test_everything_that_is_due_is_done_at_once(app, mux):
    uploads.request_upload(created_by=1, title="", cors_origin="*")
    Video.collection().update_many({}, {"$set": {"review_at": now() - timedelta(seconds=1)}})
    outbox.add("test")
    db.session.commit()

    assert reconcile(app) == "events applied: 0, videos reviewed: 1, messages relayed: 1"
    assert reconcile(app) == "events applied: 0, videos reviewed: 0, messages relayed: 0"
