"""Announcements of courses and groups."""
