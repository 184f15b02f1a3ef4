"""Values generated once and stored in `.devstack`: keys and the demo accounts' passwords."""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class SecretsFile:
    """Generated secrets by name."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "secrets.json"

    def secret(self, name: str, *, size: int = 32) -> str:
        """Return the secret of this name, generated from `size` random bytes on first use."""
        stored = json.loads(self.path.read_text()) if self.path.exists() else {}
        if name not in stored:
            stored[name] = secrets.token_urlsafe(size)
            write_private(self.path, stored)
        return str(stored[name])


def write_private(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON that only its owner can read; replace the file atomically."""
    temporary = path.with_suffix(".draft")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
    temporary.replace(path)
