"""What courses cost."""

from flask import current_app

from learnstream.blueprints.commerce import examples
from learnstream.blueprints.common.authentication import caller, confirms_caller
from learnstream.blueprints.common.commits import commits
from learnstream.blueprints.common.require_author import require_course_author
from learnstream.errors.accounts import AdminsOnly
from learnstream.errors.authoring import NoSuchCourse, NotYourCourse
from learnstream.errors.payment_service import Unconfigured
from learnstream.integrations.payments import current_payments
from learnstream.policies.access import require_can_price
from learnstream.schemas.commerce.price import CoursePriceSchema
from learnstream.schemas.common.money import NewPriceSchema
from learnstream.services.authoring import courses
from learnstream.services.commerce import prices
from learnstream.services.commerce.prices import CoursePrice
from learnstream.text.money import Money
from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "price",
    __name__,
    position=106,
    title="Prices",
    url_prefix="/courses/<object_id:course_id>/price",
    description="What courses cost. The catalogue shows it to everybody.",
)


@blp.get("")
@blp.response(200, CoursePriceSchema, example=examples.PRICE)
@blp.raises(NoSuchCourse, NotYourCourse)
def read_price(course_id: str) -> CoursePrice:
    """Get what a course costs and has cost, as one of its staff.

    Everybody else sees the present price on the course's page.
    """
    require_course_author(course_id)
    return prices.of_course(course_id)


@blp.put("")
@blp.arguments(NewPriceSchema)
@confirms_caller
@commits()
@blp.response(200, CoursePriceSchema, example=examples.PRICE)
@blp.raises(NoSuchCourse, NotYourCourse, AdminsOnly, Unconfigured)
def replace_price(price: Money, course_id: str) -> CoursePrice:
    """Set what a course costs from now on.

    Administrators only, unless the server lets a course's staff price it, too. Learners who are enrolled keep their
    seats. Orders that are open keep the price that their buyers were shown, until they expire.
    """
    _require_can_price(course_id)
    current_payments()
    return prices.change(course_id, price, by=caller.id)


@blp.delete("")
@confirms_caller
@commits()
@blp.response(200, CoursePriceSchema, example=examples.FREE)
@blp.raises(NoSuchCourse, NotYourCourse, AdminsOnly)
def delete_price(course_id: str) -> CoursePrice:
    """Make a course free from now on.

    For those who may set its price. What was paid before is not refunded.
    """
    _require_can_price(course_id)
    return prices.change(course_id, None, by=caller.id)


def _require_can_price(course_id: str) -> None:
    require_can_price(caller, courses.view(course_id), instructors=current_app.config["INSTRUCTORS_PRICE"])
