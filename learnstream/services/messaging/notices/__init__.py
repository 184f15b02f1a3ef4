"""Notices: who is told of which events, and reading what one was told."""
