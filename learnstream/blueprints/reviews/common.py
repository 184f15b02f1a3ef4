"""What routes about the reviews of courses and of books share."""

from typing import Any

from flask import Response

from learnstream.blueprints.common import etag
from learnstream.blueprints.common.pagination import requested_part
from learnstream.blueprints.common.responses import private_json
from learnstream.documents.rating import Rating
from learnstream.documents.review import OwnReview
from learnstream.services.foundation.content import Content
from learnstream.services.reviews import listing, own
from learnstream.services.reviews.subjects import Subject
from learnstream.web.paging import Page


def requested_reviews(subject: Subject, query: dict[str, Any], page: Page) -> Content:
    """Return the requested part of a subject's reviews."""
    found = listing.browse(subject, order=query["sort"], stars=query["stars"], part=requested_part(page))
    page.position = found.facts["place"]
    return found


def written_review(saved: tuple[OwnReview, Rating, bool]) -> Response:
    """Return the response to a review that `writing.save` has written."""
    review, rating, is_new = saved
    response = private_json(own.written(review, rating))
    response.headers.extend(etag.of(review))
    response.status_code = 201 if is_new else 200
    return response


def own_review(review: OwnReview) -> Response:
    """Return a review as the response to its author."""
    response = private_json(own.shown(review))
    response.headers.extend(etag.of(review))
    return response
