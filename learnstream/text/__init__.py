"""Canonical forms of text and of addresses: what is stored, compared and searched for."""
