"""Errors that devstack reports in one line instead of a traceback."""


class DevstackError(Exception):
    """A problem that the developer can fix; its text is shown as it is."""


class InUseError(DevstackError):
    """Another devstack uses this directory."""
