"""Our own page for invitations, beside those of other mailed links (`blueprints.accounts.pages`)."""

from typing import Any

import marshmallow as ma
from flask import request

from learnstream.blueprints.accounts.pages import blp, show
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.rate_limit import limited
from learnstream.blueprints.enrollment.invitation import ACCEPTANCES
from learnstream.errors import AppError, Unprocessable
from learnstream.errors.accounts import InvalidCredentials, MfaCodeRequired, PasswordRefused, TooManyFailures, WrongCode
from learnstream.schemas.accounts.invitation import AcceptanceSchema
from learnstream.services.accounts import acceptance, accounts, guest_acceptance
from learnstream.services.accounts.acceptance import Accepted
from learnstream.services.delivery import catalogue
from learnstream.web import client_address
from learnstream.web.hashing import hashes_password
from learnstream.web.parsing import schema_instance

# After these, the form is shown again.
CORRECTABLE = (InvalidCredentials, MfaCodeRequired, PasswordRefused, TooManyFailures, Unprocessable, WrongCode)
# Written in spite of these: the audit log, or the count of wrong codes.
WRITING = (InvalidCredentials, WrongCode)


@blp.get("/invitation")
def show_invitation() -> str:
    """Show who invites to what, and ask for what accepting needs."""
    return _ask(request.args.get("token", ""))


@blp.post("/invitation")
@limited(ACCEPTANCES, by_network=True)
@hashes_password
def accept_invitation() -> str | tuple[str, int]:
    """Accept the invitation, or show the form again with what is wrong."""
    try:
        accepted = _accept()
    except CORRECTABLE as error:
        return _ask(request.form.get("token", ""), error), error.status
    return show("invitation", done=True, created=accepted.created)


@commits(even_on=WRITING)
def _accept() -> Accepted:
    form = {name: value for name, value in request.form.items() if value and name != "code"}
    try:
        body = schema_instance(AcceptanceSchema).load(form)
    except ma.ValidationError as invalid:
        raise Unprocessable(errors={"form": invalid.messages}) from None
    network, code = client_address.client_network(), request.form.get("code", "").strip()
    return guest_acceptance.accept(body.pop("token"), network=network, code=code, **body)


def _ask(token: str, error: AppError | None = None) -> str:
    invitation = acceptance.read(token)
    needs = guest_acceptance.Need.of(invitation).name.lower()
    return show(
        "invitation",
        token=token,
        invitation=invitation,
        needs=needs,
        inviter=accounts.get(invitation.invited_by).name,
        courses=catalogue.titles(invitation.course_ids),
        given_name=request.form.get("name", ""),
        **_problem(error),
    )


def _problem(error: AppError | None) -> dict[str, Any]:
    """Return the code of an error, and the fields of the form that it is about."""
    if error is None:
        return {"problem": "", "invalid": ()}
    fields = {field for each in (error.errors or {}).values() for field in each}
    return {"problem": error.code, "invalid": fields, "asks_code": isinstance(error, MfaCodeRequired | WrongCode)}
