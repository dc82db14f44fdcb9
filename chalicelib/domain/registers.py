"""What operators put on record of a campaign beside its counts: media coverage, figures of others, coded samples, and whatever is
decided about a festival.

Answers for: all of it as one value, and the part that a report of a region or a live may show.
Refuses: storage, and reading files (`locallove/operate`).
"""

import msgspec

from chalicelib.domain.coverage import Entry, Stated
from chalicelib.domain.festival_record import FestivalRecord
from chalicelib.domain.sentiment import Sentiment


class Registers(msgspec.Struct, frozen=True):
    """Everything on record; `revision` grows with each import."""

    revision: int = 0
    entries: tuple[Entry, ...] = ()
    stated: tuple[Stated, ...] = ()
    sentiment: tuple[Sentiment, ...] = ()
    festival: FestivalRecord = FestivalRecord()

    def of_region(self, region: str, lives: frozenset[str]) -> "Registers":
        """What is about this region and these of its lives."""
        return Registers(
            self.revision,
            tuple(each for each in self.entries if each.region == region),
            tuple(each for each in self.stated if each.region == region),
            tuple(each for each in self.sentiment if each.live in lives),
        )


NOTHING_ON_RECORD = Registers()
