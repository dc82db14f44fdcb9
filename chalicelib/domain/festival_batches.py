"""Batches of a festival: entries, votes and metrics become what is stored of them, and a receipt.

Answers for: which of the accepted are set aside as it stands, each with its reason.
Refuses: keys and signatures (`flows/intake.py`), and the result: what is set aside is decided again from what is stored.
"""

from dataclasses import dataclass
from typing import Any

from chalicelib.domain import entries, metrics, votes
from chalicelib.domain.batches import LISTED_PROBLEMS, FestivalReceipt, Made, Remark
from chalicelib.domain.channels import FestivalChannel
from chalicelib.domain.festival import ms
from chalicelib.domain.tally import Tally
from chalicelib.domain.texts import Reading


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch that was posted to a channel of a festival: its id, the SHA-256 of its text, and the text."""

    channel: FestivalChannel
    batch: str
    sha256: bytes
    text: bytes

    def made(self, key: bytes) -> Made:
        """What it is made into, under the campaign's pseudonymisation key. Raises: NotReadable, TooMuch, NothingValid."""
        return {"entries": self._entries, "votes": self._votes, "metrics": self._metrics}[self.channel.of](key)

    def _entries(self, _: bytes) -> Made:
        reading = entries.read(self.text, self.channel.campaign)
        found = [Remark(each.id, entries.reasons(each, self.channel.festival)) for each in reading.accepted]
        aside = [remark for remark in found if remark.reasons]
        return self._made(reading, {}, entries.pack(reading.accepted), aside)

    def _votes(self, key: bytes) -> Made:
        reading = votes.read(self.text, votes.Poll(self.channel.campaign, self.channel.festival))
        counted = votes.tally_of([(each.award, each.at_ms) for each in reading.accepted])
        voting = self.channel.festival.voting
        hours = voting.hours if voting is not None else range(0)
        outside = [each for each in reading.accepted if each.at_ms not in hours]
        aside = [Remark(each.id, ("outside",)) for each in outside]
        return self._made(reading, counted, votes.pack(reading.accepted, key), aside)

    def _metrics(self, _: bytes) -> Made:
        reading, at_ms = metrics.read(self.text, self.channel.campaign)
        as_of = self.channel.festival.metrics_as_of
        is_late = as_of is not None and at_ms > ms(as_of)
        aside = [Remark(each.entry, ("too-late",)) for each in reading.accepted if is_late]
        return self._made(reading, {}, metrics.pack(reading.accepted, at_ms), aside)

    def _made(self, reading: Reading[Any], tally: Tally, packed: bytes, aside: list[Remark]) -> Made:
        receipt = FestivalReceipt(
            batch=self.batch,
            festival=self.channel.campaign,
            of=self.channel.of,
            sha256=self.sha256.hex(),
            accepted=len(reading.accepted),
            rejected=reading.rejected,
            set_aside=len(aside),
            replayed=False,
            problems=reading.problems[:LISTED_PROBLEMS],
            remarks=tuple(aside[:LISTED_PROBLEMS]),
        )
        return Made(reading.rehearsal, tally, packed, receipt)
