"""The pace: however the questions fall, no second holds more than its share and one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pacing import HORIZON, MICROSECONDS, reserve

NOW = 1_795_000_000 * MICROSECONDS


@given(
    per_minute=st.sampled_from([1, 7, 60, 300, 1200, 6000]),
    questions=st.lists(st.tuples(st.integers(0, 3 * MICROSECONDS), st.integers(1, 40)), max_size=60),
)
def test_no_second_holds_more_than_its_share_and_one(
    per_minute: int, questions: list[tuple[int, int]]
) -> None:
    now, tat, starts = NOW, 0, []
    for later, wanted in questions:
        now += later
        slots = reserve(now, tat, per_minute, wanted)
        tat = slots.tat
        starts += [now + after for after in slots.after]

    share = per_minute / 60
    for number, start in enumerate(starts):
        within = sum(start <= other < start + MICROSECONDS for other in starts[number:])
        assert within <= share + 1


@given(tat=st.integers(NOW - 10**9, NOW + 10**12), per_minute=st.integers(1, 6000), wanted=st.integers(1, 50))
def test_a_reservation_is_never_far_ahead_and_waiting_out_its_wait_gets_one(
    tat: int, per_minute: int, wanted: int
) -> None:
    slots = reserve(NOW, tat, per_minute, wanted)

    assert all(0 <= after <= HORIZON for after in slots.after)
    if not slots.after:
        assert reserve(NOW + slots.wait, slots.tat, per_minute, wanted).after


def test_without_a_limit_everything_may_go_at_once() -> None:
    slots = reserve(NOW, NOW + HORIZON, 0, 7)

    assert slots.after == (0,) * 7
    assert slots.wait == 0
