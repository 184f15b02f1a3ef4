"""Shapes of what comes in and goes out. No database in a schema."""
