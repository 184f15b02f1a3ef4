"""Seats: who learns in which course, from when until when."""
