"""The outcome of an inspection."""

from typing import Any

Found = dict[str, Any]


class Unusable(Exception):
    """The file must not be used: `code` is one of `learnstream.integrations.contents.REASONS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
