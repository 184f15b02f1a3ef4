"""Inspection of hostile files, in a process of its own."""

from typing import Any

# The fields of `learnstream.integrations.contents.Inspected`; or `unusable` with one of `REASONS` there.
Found = dict[str, Any]
