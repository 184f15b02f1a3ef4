"""Adapters for external vendors, each behind a vendor-neutral Protocol (its port)."""

from functools import cache

from flask import Flask

from learnstream.integrations import files, mail, payments, video
from learnstream.integrations.gridfs.adapter import GridFs
from learnstream.integrations.mail import Mailbox, MailService
from learnstream.integrations.payments import PaymentService
from learnstream.integrations.s3.adapter import S3
from learnstream.integrations.smtp.server import SmtpServer
from learnstream.integrations.stripe.adapter import StripePayments
from learnstream.integrations.video import VideoService


def init_app(app: Flask) -> None:
    """Select each port's adapter from the configuration. Connections are opened on first use."""
    app.extensions[video.EXTENSION] = cache(lambda: _video_service(app))
    app.extensions[payments.EXTENSION] = cache(lambda: _payment_service(app))
    bucket = app.config["FILES_S3"]
    app.extensions[files.EXTENSION] = files.Stores(GridFs(), S3(bucket) if bucket else None)
    app.extensions[mail.EXTENSION] = lambda: _mail_service(app)


def _video_service(app: Flask) -> VideoService | None:
    """Return the client of Mux, which is not connected yet; None without its credentials."""
    url, token_id, secret = (app.config[name] for name in ("MUX_API_URL", "MUX_TOKEN_ID", "MUX_TOKEN_SECRET"))
    if not token_id:
        return None
    # The SDK takes 6 MB, and most web workers never call Mux: students' requests do not. Importing it takes 30 ms.
    from learnstream.integrations.mux.adapter import MuxVideo  # noqa: PLC0415 - see above

    return MuxVideo(url, token_id, secret)


def _payment_service(app: Flask) -> PaymentService | None:
    """Return the client of Stripe, which is not connected yet; None without its key."""
    url, key, secrets = (app.config[f"STRIPE_{name}"] for name in ("API_URL", "SECRET_KEY", "WEBHOOK_SECRETS"))
    return StripePayments(url, key, secrets) if key else None


def _mail_service(app: Flask) -> MailService | None:
    """Return a connection to the mail server, which is not open yet; None without one."""
    url, sender, reply_to = (app.config[name] for name in ("MAIL_URL", "MAIL_FROM", "MAIL_REPLY_TO"))
    if not url:
        return None
    # Only the worker sends mails; in a web worker, `smtplib` and the modules that write mails would take 0.5 MB.
    from learnstream.integrations.smtp.adapter import SmtpMail  # noqa: PLC0415 - see above

    from_ = Mailbox.parse(sender, default_name=app.config["APP_NAME"])
    return SmtpMail(SmtpServer.parse(url), from_, Mailbox.parse(reply_to) if reply_to else None)
