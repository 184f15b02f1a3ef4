"""Inspection of hostile files, in a process of its own."""
