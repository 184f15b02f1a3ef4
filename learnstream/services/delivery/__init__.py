"""Delivery: published content as guests and learners see it."""
