"""Ctrl-C: the first is a wish, the second an interrupt."""

import signal

import pytest

from locallove.operate.interrupting import first_interrupt


def test_the_first_interrupt_is_a_wish_and_the_second_interrupts() -> None:
    wishes: list[str] = []
    with first_interrupt(lambda: wishes.append("end")):
        signal.raise_signal(signal.SIGINT)
        assert wishes == ["end"]
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert wishes == ["end"]


def test_after_the_block_an_interrupt_is_what_it_was() -> None:
    """Also where none came, and where the block was left by an error."""
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(ValueError, match="left"), first_interrupt(lambda: pytest.fail("there was none")):
        raise ValueError("left")
    assert signal.getsignal(signal.SIGINT) is before
