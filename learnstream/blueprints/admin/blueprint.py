"""The admin blueprint, before routes are added."""

from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "admin",
    __name__,
    position=180,
    title="Administration",
    url_prefix="/admin",
    description="For administrators: accounts, enrollments, videos, analytics and operations.",
)
