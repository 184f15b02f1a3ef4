"""The base class of what is started and stopped: stores, servers, emulators."""

from typing import Self


class Startable:
    """Runs from `start` to `stop`, or as a context manager."""

    def start(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
