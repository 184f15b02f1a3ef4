"""Grades from tables, and back."""
