"""Our own page for unsubscribing, beside those of other mailed links (`blueprints.accounts.pages`).

Mail programs use the same URL without showing the page: they send a POST as RFC 8058 says, on their user's behalf.
"""

from flask import request

from learnstream.blueprints.accounts.pages import blp, language, show
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.rate_limit import limited
from learnstream.documents.notification import NoticeKind
from learnstream.services.messaging import kind_names
from learnstream.services.messaging.choices import unsubscribing
from learnstream.services.messaging.choices.unsubscribing import PAGE, Subscription

# Mail providers send the requests of many users, of an announcement to a school at once, from a few networks.
REQUESTS = "600 per minute"


@blp.get(PAGE)
def show_unsubscribing() -> str:
    """Ask for the click that unsubscribes."""
    return _show(unsubscribing.read(_token()))


@blp.post(PAGE)
@limited(REQUESTS, by_network=True)
@commits()
def unsubscribe() -> str:
    """Unsubscribe, at once and without further questions."""
    everything = "everything" in request.form
    return _show(unsubscribing.unsubscribe(_token(), everything=everything), done=True, everything=everything)


def _show(subscription: Subscription, *, done: bool = False, everything: bool = False) -> str:
    scope = subscription.scope
    named = kind_names.name_of(NoticeKind(scope), language()) if scope in [*NoticeKind] else ""
    return show("unsubscribe", token=_token(), named=named, done=done, everything=everything)


def _token() -> str:
    """Return the token of the form, or of the link itself."""
    return request.form.get("token") or request.args.get("token", "")
