"""The whole status report."""

from marshmallow import fields

from learnstream.schemas.analytics import monitoring
from learnstream.schemas.commerce.status import PaymentsStatusSchema
from learnstream.schemas.media.file import FilesStatusSchema
from learnstream.schemas.messaging.mails import MailLagSchema


class StatusSchema(monitoring.StatusSchema):
    payments = fields.Nested(
        PaymentsStatusSchema, metadata={"description": "Payments, and their comparison with the vendor."}
    )
    mail = fields.Nested(MailLagSchema, metadata={"description": "Mails that wait, and those that were not sent."})
    files = fields.Nested(
        FilesStatusSchema, metadata={"description": "Files that are being checked, and those that were removed."}
    )
