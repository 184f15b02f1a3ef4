"""The administrators' endpoints under `/admin`: one blueprint, to which each module adds the routes of its subject."""

from learnstream.blueprints.admin import (
    analytics,
    background,
    coupons,
    enrollments,
    invitations,
    mails,
    operations,
    orders,
    payment_events,
    revenue,
    reviews,
    uploads,
    users,
)
from learnstream.blueprints.admin.blueprint import blp

__all__ = [
    "analytics",
    "background",
    "blp",
    "coupons",
    "enrollments",
    "invitations",
    "mails",
    "operations",
    "orders",
    "payment_events",
    "revenue",
    "reviews",
    "uploads",
    "users",
]
