"""Shared services: audit log, event feed, outbox, idempotency keys, locks and leases."""
