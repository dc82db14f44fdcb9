"""How long a sender goes on, and where it takes time from.

Answers for: the number of attempts, and waits that double, with a random part. Refuses: saying what is final.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to go on. Waiting doubles from `first_wait_s` to `longest_wait_s`, less a random part of up to half.

    No number of attempts (None) means: until `total_s` would be over. `refused_attempts` is for answers that may pass but seldom
    do, 401 and 404 among them (a secret or a live that is not known everywhere yet).
    """

    attempts: int | None = 12
    refused_attempts: int | None = 3
    first_wait_s: float = 0.2
    longest_wait_s: float = 10
    total_s: float = 120
    answer_s: float = 30

    def is_over(self, attempts: int, status: int) -> bool:
        """Whether so many attempts, the last one with this status (0 stands for no answer), are all."""
        passing = status == 0 or status in (408, 429) or status >= 500
        most = self.attempts if passing else self.refused_attempts
        return most is not None and attempts >= most

    def backoff_s(self, attempts: int) -> float:
        """How long to wait after so many attempts."""
        longest = min(self.longest_wait_s, self.first_wait_s * 2 ** min(attempts - 1, 30))
        return random.uniform(longest / 2, longest)


PERSISTENT = Patience(attempts=None, refused_attempts=None, longest_wait_s=30, total_s=900)
"""For whoever has nobody watching: a quarter of an hour, also through 401 and 404."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Where a sender takes time from: seconds since the epoch, seconds that never go back, and waiting."""

    unix_s: Callable[[], float] = time.time
    elapsed_s: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
