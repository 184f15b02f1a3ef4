"""Shared by the routes of all domains: authentication, rate limits, idempotency, pagination, responses."""
