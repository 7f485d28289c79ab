"""Whose lanes may be given back: only those of processes that are surely gone."""

from __future__ import annotations

import subprocess
import sys

from bot.wiring import owner_name, surely_dead


def test_a_process_is_never_taken_for_dead_by_itself() -> None:
    me = owner_name()

    assert not surely_dead(f"{me}/0a1b", me=me)


def test_an_earlier_life_with_the_same_number_is_over() -> None:
    me = owner_name()
    earlier = me.rpartition(":")[0] + ":ffffffff"

    assert surely_dead(f"{earlier}/0a1b", me=me)


def test_a_process_that_ended_here_is_dead_and_one_elsewhere_is_not_ours_to_judge() -> None:
    me = owner_name()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    here = me.split(":")[0]

    assert surely_dead(f"{here}:{ended.pid}:00/0a1b", me=me)
    assert not surely_dead(f"another-machine-1:{ended.pid}:00/0a1b", me=me)
    assert not surely_dead("written by another version", me=me)
