"""Adapters for external vendors, each behind a vendor-neutral Protocol (its port)."""

from flask import Flask

from learnstream.integrations import files, mail, video
from learnstream.integrations.gridfs.adapter import GridFs
from learnstream.integrations.mail import Mailbox, MailService
from learnstream.integrations.mux import adapter
from learnstream.integrations.s3.adapter import S3
from learnstream.integrations.smtp.server import SmtpServer


def init_app(app: Flask) -> None:
    """Select each port's adapter from the configuration. Connections are opened on first use."""
    token_id = app.config["MUX_TOKEN_ID"]
    app.extensions[video.EXTENSION] = (
        adapter.MuxVideo(app.config["MUX_API_URL"], token_id, app.config["MUX_TOKEN_SECRET"]) if token_id else None
    )
    bucket = app.config["FILES_S3"]
    app.extensions[files.EXTENSION] = files.Stores(GridFs(), S3(bucket) if bucket else None)
    app.extensions[mail.EXTENSION] = lambda: _mail_service(app)


def _mail_service(app: Flask) -> MailService | None:
    """Return a connection to the mail server, which is not open yet; None without one."""
    url, sender, reply_to = (app.config[name] for name in ("MAIL_URL", "MAIL_FROM", "MAIL_REPLY_TO"))
    if not url:
        return None
    # Only the worker sends mails; in a web worker, `smtplib` and the modules that write mails would take 0.5 MB.
    from learnstream.integrations.smtp.adapter import SmtpMail  # noqa: PLC0415 - see above

    from_ = Mailbox.parse(sender, default_name=app.config["APP_NAME"])
    return SmtpMail(SmtpServer.parse(url), from_, Mailbox.parse(reply_to) if reply_to else None)
