"""Imports of uploaded files: their rows, what is to be said about them, and running them in batches."""
