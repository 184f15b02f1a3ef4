import pytest

from devstack.demo import sale
from tests.devstack.test_demo_quiz import InProcess
from tests.factories import make_course
from tests.payments import check_out


@pytest.fixture
def course(client, owner, admin, stripe):
    """The course that is sold, offered twice."""
    course = make_course(owner, title=sale.COURSE["course"]["title"])
    for _ in range(2):
        sale.offer(InProcess(client, admin), course.id)
    return course


def test_the_demo_has_a_course_with_a_price(client, admin, course):
    assert client.get(f"/courses/{course.id}").json["price"] == sale.PRICE
    assert len(client.get(f"/courses/{course.id}/price", auth=admin).json["history"]) == 1


def test_the_demo_has_a_coupon_for_it(client, admin, stranger, course):
    [coupon] = client.get("/admin/coupons", auth=admin).json

    assert (coupon["code"], coupon["course_ids"]) == ("FIRSTLIGHT", [course.id])
    assert check_out(client, stranger, course, coupon="firstlight")["total"] == 3920
