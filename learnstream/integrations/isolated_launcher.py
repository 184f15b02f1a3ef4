"""The first lines of an isolated program: bounds its process, then runs it. See `learnstream.integrations.isolation`."""

import errno
import importlib
import json
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from types import ModuleType

PACKAGE = Path(__file__).parents[1]


def main() -> None:
    given = json.loads(sys.argv[1])
    _limit(**given["bounds"])
    _stand_in("learnstream", PACKAGE)
    _stand_in("learnstream.integrations", PACKAGE / "integrations")
    importlib.import_module(given["module"]).main(given["task"])


def _limit(memory: int, output: int, cpu_seconds: int, seconds: float) -> None:
    """Bound this process before it reads a byte; where memory runs short, it is to be killed rather than the worker."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # At the soft limit a signal tells the parent why; at the hard limit the kernel would kill, as it does for memory.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _stand_in(name: str, folder: Path) -> None:
    """Let modules of a package be imported without its `__init__`, which would load the application."""
    package = ModuleType(name)
    package.__path__ = [str(folder)]
    sys.modules[name] = package


if __name__ == "__main__":
    try:
        main()
        sys.stdout.flush()
    except OSError as failure:
        if failure.errno == errno.ENOSPC:
            os._exit(os.EX_IOERR)  # an ordinary exit would flush again, and fail with another code
        raise
