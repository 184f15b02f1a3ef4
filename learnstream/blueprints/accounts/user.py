"""The caller's own account."""

from typing import Any

from learnstream.blueprints.accounts import examples
from learnstream.blueprints.common.authentication import caller, confirms_caller, without_second_factor
from learnstream.blueprints.common.commits import commits
from learnstream.errors.accounts import EmailTaken, PasswordRefused, TooManyFailures, WrongPassword
from learnstream.schemas.accounts.account import MyProfileSchema, ProfileChangeSchema
from learnstream.services.accounts import profiles
from learnstream.services.accounts.profiles import Profile
from learnstream.web import client_address
from learnstream.web.hashing import hashes_password
from learnstream.web.openapi import Blueprint

blp = Blueprint("user", __name__, position=30, title="Your account", description="Your own account.")


@blp.get("/users/me")
@without_second_factor
@blp.response(200, MyProfileSchema, example=examples.MY_PROFILE)
def read_me() -> Profile:
    """Get the caller's account.

    The role is the current one, which may differ from the role when the token was issued.
    """
    return profiles.read(caller.id)


@blp.patch("/users/me")
@hashes_password
@blp.arguments(ProfileChangeSchema, example=examples.PROFILE_CHANGE)
@confirms_caller
@commits(even_on=WrongPassword)
@blp.response(200, MyProfileSchema, example=examples.MY_PROFILE | examples.PENDING_EMAIL)
@blp.raises(EmailTaken, WrongPassword, PasswordRefused, TooManyFailures)
def update_me(body: dict[str, Any]) -> Profile:
    """Change the caller's name, e-mail address, password, phone number, time zone or language.

    Changing the address or the password requires `current_password`. A new password ends all other sessions. A new
    address counts as soon as it has been confirmed with the link that is mailed to it, and is `pending_email` until then;
    the present address cancels the change. Where the server sends no mails, it counts at once and is unverified. Either
    all changes are applied or none.
    """
    return profiles.change(
        user_id=caller.id, session_id=caller.session_id, network=client_address.client_network(), **body
    )
