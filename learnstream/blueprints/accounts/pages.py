"""Our own pages for mailed links: they work without a front end and without JavaScript.

Opening a page changes nothing, because scanners of mails open every link; its button sends the token by POST. The token
is all the authority that a request has, no cookie or other state of the browser, so that a foreign site can forge none.
"""

import marshmallow as ma
from flask import Blueprint, Response, render_template, request

from learnstream.blueprints.accounts.recovery import LINKS
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.rate_limit import limited
from learnstream.errors.accounts import PasswordRefused
from learnstream.schemas.accounts.account import NewPassword
from learnstream.services.accounts import addresses, links, recovery, verification
from learnstream.services.accounts.links import Purpose
from learnstream.text import translation
from learnstream.web import client_address
from learnstream.web.hashing import hashes_password
from learnstream.web.openapi_errors import PROBLEM

# A plain Flask blueprint: pages are not operations of the OpenAPI document.
blp = Blueprint("account_pages", __name__)

NEW_PASSWORD = NewPassword(required=True)
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {"Content-Security-Policy": CSP, "Cache-Control": "no-store", "Vary": "Accept-Language"}


@blp.after_request
def finish(response: Response) -> Response:
    """Show an error as a page, and keep all pages, whose addresses contain tokens, out of caches."""
    if response.mimetype == PROBLEM:
        error = response.get_json()
        response.set_data(_show_error(error["code"]))
        response.mimetype = "text/html"
    response.headers.update(HEADERS)
    response.headers["Content-Language"] = language()
    return response


@blp.get("/verify-email")
def show_verification() -> str:
    """Ask for the click that verifies an address."""
    return _ask(Purpose.VERIFY_EMAIL)


@blp.post("/verify-email")
@limited(LINKS, by_network=True)
@commits()
def verify() -> str:
    """Verify an address."""
    verification.verify(_token())
    return show("verify_email", done=True)


@blp.get("/reset-password")
def show_reset() -> str:
    """Ask for a new password."""
    return _ask(Purpose.RESET_PASSWORD)


@blp.post("/reset-password")
@limited(LINKS, by_network=True)
@hashes_password
@commits()
def reset() -> str:
    """Set a new password."""
    recovery.reset(_token(), _password(), network=client_address.client_network())
    return show("reset_password", done=True)


@blp.get("/confirm-address")
def show_confirmation() -> str:
    """Ask for the click that confirms a new address."""
    return _ask(Purpose.CONFIRM_ADDRESS)


@blp.post("/confirm-address")
@limited(LINKS, by_network=True)
@commits()
def confirm() -> str:
    """Confirm a new address."""
    addresses.confirm(_token())
    return show("confirm_address", done=True)


@blp.get("/undo-address")
def show_undo() -> str:
    """Ask for the click that undoes a change of address."""
    return _ask(Purpose.UNDO_ADDRESS)


@blp.post("/undo-address")
@limited(LINKS, by_network=True)
@commits()
def undo() -> str:
    """Undo a change of address."""
    addresses.undo(_token())
    return show("undo_address", done=True)


def _ask(purpose: Purpose) -> str:
    token = request.args.get("token", "")
    # A link that has expired is reported at once; whether it was used is known when the button is clicked.
    links.read(purpose, token)
    return show(purpose.value, token=token)


def _token() -> str:
    return request.form.get("token", "")


def _password() -> str:
    try:
        return str(NEW_PASSWORD.deserialize(request.form.get("password", "")))
    except ma.ValidationError:
        raise PasswordRefused() from None


def _show_error(code: str) -> str:
    if code == PasswordRefused.code:
        return show("reset_password", token=_token(), refused=True)
    return show("error", code=code)


def show(name: str, **shown: object) -> str:
    """Return a page in the language of its reader. `done`: there is nothing left to do on it."""
    chosen = language()
    gettext = translation.translations(chosen).gettext
    return render_template(f"account/{name}.html", gettext=gettext, language=chosen, **shown)


def language() -> str:
    """Return the language of the page's reader."""
    return translation.best_language(request.accept_languages)
