"""The blueprint itself, before it has any routes."""

from learnstream.web.openapi import Blueprint

blp = Blueprint(
    "admin",
    __name__,
    title="Administration",
    url_prefix="/admin",
    description="For administrators: accounts, seats, videos, figures and operations.",
)
