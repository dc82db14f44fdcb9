"""Ctrl-C that ends in good order.

Answers for: the first one being a wish, and the second an interrupt as ever. Refuses: SIGTERM, which waits for nothing.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def first_interrupt(deed: Callable[[], object]) -> Iterator[None]:
    """Until the end of the block the first Ctrl-C only does this deed, which must neither wait nor raise. For the main thread."""
    before = signal.getsignal(signal.SIGINT)

    def wish(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGINT, before)
        deed()

    signal.signal(signal.SIGINT, wish)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
