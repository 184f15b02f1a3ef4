"""Announcements of courses and groups, and what is due soon."""
