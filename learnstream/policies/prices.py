"""What courses cost, and who may not enroll without paying."""

from dataclasses import dataclass

from sqlalchemy import and_, select

from learnstream.clock import now
from learnstream.errors.commerce import PaymentRequired
from learnstream.errors.enrollment import AlreadyEnrolled, EnrollmentBarred
from learnstream.models import Enrollment, Price
from learnstream.stores.sql import db
from learnstream.text.money import Money


@dataclass(frozen=True, slots=True)
class Offer:
    """A course's price for a user: None for a free course. `id` is that of the price; `enrolled`: the seat is live."""

    id: int | None
    money: Money | None
    enrolled: bool
    barred: bool


FREE = Offer(None, None, enrolled=False, barred=False)


def current(course_id: str) -> Price | None:
    """Return the newest row of a course's prices, also if the course is free again; None if it always was."""
    return db.session.scalar(select(Price).where(Price.course_id == course_id).order_by(Price.id.desc()).limit(1))


def offer(user_id: int, course_id: str) -> Offer:
    """Return what a course costs, and whether a user has a seat in it or is barred from it, in one query."""
    seat = and_(Enrollment.course_id == Price.course_id, Enrollment.user_id == user_id)
    live = Enrollment.is_live(now()).label("live")
    newest = (
        select(Price, live, Enrollment.barred_at)
        .outerjoin(Enrollment, seat)
        .where(Price.course_id == course_id)
        .order_by(Price.id.desc())
        .limit(1)
    )
    found = db.session.execute(newest).first()
    if found is None:
        return FREE
    price = found.Price
    return Offer(price.id, price.money, enrolled=bool(found.live), barred=found.barred_at is not None)


def require_free(user_id: int, course_id: str) -> None:
    """Let users enroll themselves in free courses only.

    A seat that another reason holds gets no further reason without paying: neither one that was bought, which a refund
    must end, nor a group's.

    Raises:
        PaymentRequired: the course has a price.
        AlreadyEnrolled, EnrollmentBarred: it has, and there is nothing to pay for.
    """
    found = offer(user_id, course_id)
    if found.money is None:
        return
    require_buyable(found)
    raise PaymentRequired.of(course_id, {"amount": found.money.amount, "currency": found.money.currency})


def require_buyable(found: Offer) -> None:
    """Let nobody pay for a seat that they have, or would not get.

    Raises:
        AlreadyEnrolled, EnrollmentBarred: it is so.
    """
    if found.enrolled:
        raise AlreadyEnrolled()
    if found.barred:
        raise EnrollmentBarred()
