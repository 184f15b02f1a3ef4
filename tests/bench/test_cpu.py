import os
from types import SimpleNamespace

from bench import cpu


def test_the_time_of_each_part_is_counted_with_its_children():
    part = SimpleNamespace(pid=os.getpid())
    stage = SimpleNamespace(application=part, stack=SimpleNamespace(**dict.fromkeys(cpu.STORES, part)))

    first = cpu.used(stage)
    sum(range(2_000_000))
    second = cpu.used(stage)

    assert first.keys() == set(cpu.PLACES)
    assert all(second[place] > first[place] for place in cpu.PLACES)
