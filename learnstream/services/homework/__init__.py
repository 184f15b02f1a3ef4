"""Homework: what learners hand in for assignments, and its marking."""
