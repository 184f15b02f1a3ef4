"""Grades of record, and the gradebook."""
