"""The administrators' endpoints under `/admin`: one blueprint, to which each module adds the routes of its subject."""

from learnstream.blueprints.admin import analytics, enrollments, operations, uploads, users
from learnstream.blueprints.admin.blueprint import blp

__all__ = ["analytics", "blp", "enrollments", "operations", "uploads", "users"]
