"""Schemas of what administrators see across all domains."""
