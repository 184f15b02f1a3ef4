"""Courses as their authors make them: drafts, versions, and what publishing touches."""
