"""The access check of replies to reviews."""

from learnstream.blueprints.common.authentication import caller
from learnstream.documents import SubjectKind
from learnstream.policies.access import require_can_edit_book, require_can_edit_course
from learnstream.services.authoring import courses
from learnstream.services.reviews import reviews, rules


def require_can_reply(review_id: str) -> None:
    """Allow the staff of the course, and administrators; of a book, the instructor who added it in place of staff."""
    subject = reviews.subject_of(reviews.visible(review_id))
    if subject.kind is SubjectKind.COURSE:
        require_can_edit_course(caller, courses.view(subject.id))
    else:
        require_can_edit_book(caller, rules.creator_of_book(subject.id))
