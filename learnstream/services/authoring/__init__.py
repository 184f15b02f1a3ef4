"""Authoring: drafts of courses and lessons, publishing, and versions."""
