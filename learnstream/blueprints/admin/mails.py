"""The queue of mails."""

from typing import Any

from learnstream.blueprints.admin import examples
from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common.authentication import admins_only, caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.errors.messaging import NoSuchMail, NotFailed
from learnstream.models.mail import Mail
from learnstream.schemas.messaging.mails import MailFilterSchema, MailSchema
from learnstream.services.messaging import mails
from learnstream.web.paging import Page


@blp.get("/mails")
@admins_only
@blp.lists(MailSchema, query=MailFilterSchema, example=examples.MAIL)
def list_mails(filters: dict[str, Any], page: Page) -> list[Mail]:
    """List mails, newest first.

    All mails of the last 180 days, or those in a state, of a template or to an address. Their links are not stored.
    """
    return entries(page, mails.browse(**filters, part=requested_part(page)))


@blp.post("/mails/<row_id:mail_id>/retry")
@confirms_caller
@admins_only
@commits()
@blp.response(202, MailSchema, example=examples.RETRIED_MAIL)
@blp.raises(NoSuchMail, NotFailed)
def retry_mail(mail_id: int) -> Mail:
    """Have a failed mail sent again at once, with all its tries.

    Fix the cause in `last_error` first. A mail that is queued is tried again by itself, for 24 hours.
    """
    return mails.retry(mail_id, by=caller.id)
