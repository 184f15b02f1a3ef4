"""Seats, and how far learners have come."""
