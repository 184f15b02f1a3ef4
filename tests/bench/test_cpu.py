import os
from types import SimpleNamespace

from bench import cpu


def test_cpu_seconds_include_child_processes():
    process = SimpleNamespace(pid=os.getpid())
    testbed = SimpleNamespace(application=process, stack=SimpleNamespace(**dict.fromkeys(cpu.STORES, process)))

    first = cpu.cpu_seconds(testbed)
    sum(range(2_000_000))
    second = cpu.cpu_seconds(testbed)

    assert first.keys() == set(cpu.COMPONENTS)
    assert all(second[component] > first[component] for component in cpu.COMPONENTS)
