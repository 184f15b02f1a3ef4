"""Routes of announcements."""
