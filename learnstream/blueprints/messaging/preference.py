"""How the caller wants to be told."""

from typing import Any

from learnstream.blueprints.common import etag
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.messaging import preference_examples as examples
from learnstream.errors import Unprocessable
from learnstream.schemas.messaging.preferences import PreferencesInputSchema, PreferencesSchema
from learnstream.services.messaging.choices import preferences
from learnstream.services.messaging.choices.preferences import Preferences
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "preference",
    __name__,
    position=37,
    title="Notification preferences",
    description="How you are told of what concerns you: in the application, by mail, or not at all.",
)

Answer = tuple[Preferences, dict[str, str]]


@blp.get("/users/me/notification-preferences")
@blp.response(200, PreferencesSchema, example=examples.PREFERENCES, headers=etag.ETAG)
def read_notification_preferences() -> Answer:
    """Get how the caller is told of each kind of notice.

    Mails about the account itself, such as those about its password, are sent in any case and are not listed.
    """
    return _tagged(preferences.read(caller.id, caller.role))


@blp.put("/users/me/notification-preferences")
@blp.arguments(PreferencesInputSchema, example=examples.WANTED)
@confirms_caller
@commits()
@blp.response(200, PreferencesSchema, example=examples.PREFERENCES)
@blp.raises(Unprocessable)
@etag.conditional_on_tags
def replace_notification_preferences(body: dict[str, Any], expect: frozenset[str] | None) -> Answer:
    """Choose how to be told of each kind of notice.

    The body is all preferences: a kind that is absent gets its default back. A change applies to what happens from then
    on, and to daily mails that have not been sent.
    """
    return _tagged(preferences.replace(caller.id, caller.role, body["preferences"], expect=expect))


def _tagged(found: Preferences) -> Answer:
    return found, {"ETag": f'"{found.tag}"'}
