"""What the demo school sells: a course with a price, and a coupon."""

from typing import Any

from devstack.demo.client import Client

COURSE: dict[str, Any] = {
    "course": {
        "title": "Photographs at night",
        "summary": "Sharp pictures of dark evenings, with any camera.",
        "description": "Three evenings with a **tripod**: light, time, and what to leave out.",
        "subject": "Art",
        "tags": ["photography"],
        "level": "all",
        "language": "en",
    },
    "modules": {
        "Light": [
            {
                "title": "How dark is dark?",
                "kind": "text",
                "free_preview": True,
                "body": "Your eyes need twenty minutes. A camera needs none, but a steady hand.",
            },
            {"title": "Ten seconds", "kind": "text", "body": "Put the camera on a wall, and count to ten."},
        ]
    },
}
PRICE: dict[str, Any] = {"amount": 4900, "currency": "eur"}
COUPON: dict[str, Any] = {"code": "FIRSTLIGHT", "percent": 20, "max_uses_per_user": 1}


def offer(administrator: Client, course_id: str) -> None:
    """Give the course its price, and create the coupon for it; existing ones are left unchanged."""
    path = f"/courses/{course_id}/price"
    if administrator.call("GET", path)["price"] is None:
        administrator.call("PUT", path, **PRICE)
    administrator.call("POST", "/admin/coupons", ignore_code="coupon_code_taken", course_ids=[course_id], **COUPON)
