"""What routes of all domains share: authentication, limits, idempotency, pagination, responses."""
