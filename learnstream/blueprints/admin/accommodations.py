"""The extra time that users have in all quizzes, for administrators."""

from typing import Any

from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common.authentication import admins_only, caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.errors.accounts import NoSuchUser
from learnstream.schemas.assessment.accommodation import GrantedTimeFactorSchema, TimeFactorSchema
from learnstream.services.assessment import time_factors


@blp.get("/users/<row_id:user_id>/accommodations")
@admins_only
@blp.response(200, GrantedTimeFactorSchema)
@blp.raises(NoSuchUser)
def read_user_accommodations(user_id: int) -> dict[str, Any]:
    """Get how much time a user has in all quizzes.

    Factor 1 for those without accommodations.
    """
    return time_factors.find(user_id)


@blp.put("/users/<row_id:user_id>/accommodations")
@blp.arguments(TimeFactorSchema)
@confirms_caller
@admins_only
@commits()
@blp.response(200, GrantedTimeFactorSchema)
@blp.raises(NoSuchUser)
def replace_user_accommodations(body: dict[str, Any], user_id: int) -> dict[str, Any]:
    """Give a user more time in all quizzes.

    Quizzes close later for them by the additional time. It holds with their next request, and an attempt that is in
    progress ends accordingly later. The audit log has the factor, but not the note.
    """
    return time_factors.replace(user_id, by=caller.id, **body)


@blp.delete("/users/<row_id:user_id>/accommodations")
@confirms_caller
@admins_only
@commits()
@blp.response(204)
@blp.raises(NoSuchUser)
def delete_user_accommodations(user_id: int) -> None:
    """Remove a user's accommodations in all quizzes.

    An attempt that is in progress ends accordingly sooner, but not in the past.
    """
    time_factors.remove(user_id, by=caller.id)
