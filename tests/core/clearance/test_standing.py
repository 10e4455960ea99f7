"""Answers that stand are those that would be given now."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clearmix.clearance.standing import MOST_STANDING, STANDS_SECONDS, Standing

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.sampled_from("abc")),
        st.tuples(st.just("record"), st.integers(0, 3)),
        st.tuples(st.just("wait"), st.floats(0, STANDS_SECONDS)),
    ),
    max_size=40,
)


@given(STEPS)
def test_an_answer_falls_with_whatever_is_recorded_and_after_a_few_seconds(steps) -> None:
    state, now = [0], [0.0]
    standing: Standing[tuple[object, ...]] = Standing(lambda: state[0], lambda: now[0])
    for step, value in steps:
        if step == "record":
            state[0] = value
        elif step == "wait":
            now[0] += value
        else:
            asked = (value, state[0], now[0])
            question, recorded, at = standing.answer(value, lambda asked=asked: asked)
            assert (question, recorded) == asked[:2]
            assert 0 <= now[0] - at < STANDS_SECONDS


def test_the_same_question_is_worked_out_once() -> None:
    standing, worked_out = Standing(lambda: 1, lambda: 0.0), []
    for _ in range(3):
        standing.answer("a", lambda: worked_out.append("a"))
    assert worked_out == ["a"]


def test_questions_that_nobody_asks_again_do_not_fill_the_memory() -> None:
    standing: Standing[int] = Standing(lambda: 1, lambda: 0.0)
    for number in range(2 * MOST_STANDING + 1):
        standing.answer(number, lambda number=number: number)
    assert len(standing._kept) <= MOST_STANDING
