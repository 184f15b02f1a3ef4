"""The moderation of reviews."""

from typing import Any

from learnstream.blueprints.admin.blueprint import blp
from learnstream.blueprints.common.authentication import admins_only, caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.pagination import entries, requested_part
from learnstream.documents.review import ModeratedReview
from learnstream.errors.reviews import NoSuchReview, ReviewNotHidden
from learnstream.schemas.reviews.moderation import HidingSchema, ModeratedReviewSchema, ModerationQuerySchema
from learnstream.services.reviews import moderation
from learnstream.web.paging import CursorSchema, Page


@blp.get("/reviews")
@blp.arguments(ModerationQuerySchema, location="query")
@admins_only
@blp.response(200, ModeratedReviewSchema(many=True))
@blp.paginate(CursorSchema)
def list_moderated_reviews(query: dict[str, Any], page: Page) -> list[ModeratedReview]:
    """List reviews that were reported, or that are hidden.

    The one that was reported or hidden last comes first. Reports that were dismissed do not count.
    """
    state, kind = query.pop("state"), query.pop("kind")
    return entries(page, moderation.browse(state, subject_kind=kind, part=requested_part(page), **query))


@blp.post("/reviews/<object_id:review_id>/hide")
@blp.arguments(HidingSchema)
@confirms_caller
@admins_only
@commits()
@blp.response(200, ModeratedReviewSchema)
@blp.raises(NoSuchReview)
def hide_review(body: dict[str, str], review_id: str) -> ModeratedReview:
    """Hide a review.

    Nobody but its author sees it, and it does not count. The author is told, and sees the reason. Changing it does not show
    it again. One that is hidden stays as it is.
    """
    return moderation.hide(review_id, by=caller.id, **body)


@blp.post("/reviews/<object_id:review_id>/restore")
@confirms_caller
@admins_only
@commits()
@blp.response(200, ModeratedReviewSchema)
@blp.raises(NoSuchReview, ReviewNotHidden)
def restore_review(review_id: str) -> ModeratedReview:
    """Show a hidden review again, and dismiss its reports.

    It counts with what its author says now.
    """
    return moderation.restore(review_id, by=caller.id)


@blp.post("/reviews/<object_id:review_id>/dismiss")
@confirms_caller
@admins_only
@commits()
@blp.response(200, ModeratedReviewSchema)
@blp.raises(NoSuchReview)
def dismiss_reports(review_id: str) -> ModeratedReview:
    """Dismiss all reports of a review.

    Those who reported it cannot do so again until its author changes it.
    """
    return moderation.dismiss(review_id, by=caller.id)
