"""The error of programs for hostile files, and of the modules that run them. It imports nothing: the programs import it."""


class Unusable(Exception):
    """A file that cannot be used, or must not be: `code` is a stable word, the text a sentence for the file's owner.

    The programs give only the code; the modules that run them have a sentence for each in their `REASONS`.
    """

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code
