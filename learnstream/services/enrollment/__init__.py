"""Enrollment: users' seats in courses."""
