"""Schemas of mails."""
