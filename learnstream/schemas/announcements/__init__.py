"""Request and response schemas of announcements."""
