"""The failures that devstack explains in one line instead of a traceback."""


class DevstackError(Exception):
    """Something the person at the keyboard can act on; its text is shown as it is."""


class InUseError(DevstackError):
    """Another devstack holds this directory."""
