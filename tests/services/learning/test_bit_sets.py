from learnstream.services.learning.bit_sets import BitSets

VIDEO, DAY = ("videos", "v", "w"), ("days", "2026-03-01", "v")


def test_a_set_that_is_not_stored_is_empty():
    assert BitSets({"videos": {}}).get(VIDEO) == 0


def test_only_bits_that_a_set_did_not_contain_are_added():
    sets = BitSets({"videos": {"v": {"w": {"0": 0b0011}}}})

    assert sets.add(VIDEO, 0b0110) == 0b0100
    assert sets.add(VIDEO, 0b1100) == 0b1000
    assert sets.add(VIDEO, 0b1111) == 0

    assert sets.get(VIDEO) == 0b1111
    assert sets.added == {VIDEO: 0b1100}


def test_sets_to_which_nothing_was_added_are_not_written():
    sets = BitSets({"videos": {"v": {"w": {"0": 1}}}})
    sets.add(VIDEO, 1)
    sets.add(DAY, 1 << 65)

    assert sets.update() == {"days.2026-03-01.v.1": {"or": 2}}
