"""The memory that a web worker keeps after it has hashed a password."""

import os
import subprocess
import sys

import pytest

from bench.servers import APPLICATION
from config import Config
from devstack.bootstrap import ROOT
from devstack.processes.programs import procfile_command

MEGABYTES_OF_A_HASH = 19
# Initialize a worker as gunicorn does, without its application, and print by how many megabytes hashes let it grow.
PROGRAM = """
import runpy, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
import argon2, psutil
from server import allocator

def hash_passwords():
    with ThreadPoolExecutor(1) as thread:
        for _ in range(3):
            thread.submit(argon2.PasswordHasher(**ARGON2).hash, "password").result()

def resident():
    return psutil.Process().memory_info().rss

allocator.HUGE_PAGES = Path(sys.argv[1])
initialize = runpy.run_path("gunicorn.conf.py")["post_worker_init"]
initialize.__globals__["start_fact_recovery"] = lambda application: None
initialize(SimpleNamespace(wsgi=None))
before = resident()
hash_passwords()
print((resident() - before) // 1024**2)
"""


@pytest.fixture
def growth(tmp_path):
    """Return by how many megabytes hashes let a worker grow under a kernel's policy of huge pages."""

    def growth(policy, tunables):
        file = tmp_path / "enabled"
        if policy:
            file.write_text(policy)
        environment = {name: value for name, value in os.environ.items() if name != "GLIBC_TUNABLES"} | tunables
        program = [sys.executable, "-c", PROGRAM.replace("ARGON2", repr(Config.ARGON2)), file]
        return int(subprocess.check_output(program, cwd=ROOT, env=environment, text=True, timeout=60))

    return growth


@pytest.fixture(scope="module")
def of_procfile():
    environment, command = procfile_command(ROOT, "web")
    assert APPLICATION in command
    return environment


def test_workers_return_the_memory_of_hashes_where_huge_pages_make_that_cheap(growth, of_procfile):
    assert growth("always [madvise] never\n", of_procfile) < MEGABYTES_OF_A_HASH / 4
    assert growth("[always] madvise never\n", {}) < MEGABYTES_OF_A_HASH / 4


@pytest.mark.parametrize(
    "policy",
    ["always madvise [never]\n", None],
    ids=["switched off", "not supported"],
)
def test_workers_keep_the_memory_of_hashes_without_huge_pages(growth, of_procfile, policy):
    assert growth(policy, of_procfile) >= MEGABYTES_OF_A_HASH - 1


def test_workers_keep_the_memory_of_hashes_if_they_do_not_ask_for_huge_pages(growth):
    assert growth("always [madvise] never\n", {}) >= MEGABYTES_OF_A_HASH - 1
