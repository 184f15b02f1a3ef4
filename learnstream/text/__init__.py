"""Canonical forms of text and e-mail addresses, for storing, comparing and searching."""
