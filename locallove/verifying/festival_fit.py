"""Checking what of a festival's statement must fit its rule and itself, although no ledger has it.

Answers for: the moment of closing, numbers of entries and votes, batches that were left out, and how ledgers are listed.
Refuses: what follows from ledgers (`entry_count.py`, `vote_count.py`).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from chalicelib.domain.award_result import EntryNumbers, FestivalStatement, Received
from chalicelib.domain.campaigns import MINUTE_MS
from chalicelib.domain.festival import Festival, ms
from chalicelib.domain.ledger import LINES_IN_A_FILE
from chalicelib.domain.statement import File
from locallove.verifying.findings import Difference, compared, differs

_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def fit_differences(file: str, found: FestivalStatement, festival: Festival) -> Iterator[Difference]:
    """What does not fit, all of it before any award is revealed."""
    yield from _closing_differences(file, found.closed_at, festival)
    yield from _misfits(file, _entry_bounds(found.entered))
    yield from compared(file, "rule", found.received is not None, festival.voting is not None, "received")
    if found.received is not None:
        yield from _received_differences(file, found.received, left_out=found.exclusion is not None)
    if found.exclusion is not None:
        batches = [*found.exclusion.batches]
        yield from compared(file, "sums", batches, sorted({*batches}), "exclusion.batches")
        if not batches or not all("#" in each for each in batches):
            yield differs(file, "form", batches, None)


def list_differences(by: str, files: Sequence[File], name: Callable[[int], str], place: str) -> Iterator[Difference]:
    """A ledger as it is listed: its files are named by their numbers, full but for the last, and none is empty."""
    last = files[-1].lines if files else 0
    listed = [[each.name, each.lines] for each in files]
    full = [[name(number), LINES_IN_A_FILE] for number in range(1, len(files))]
    yield from compared(
        by, "listed", listed, [*full, [name(len(files)), min(max(1, last), LINES_IN_A_FILE)]][: len(files)], place
    )


def _closing_differences(file: str, closed_at: str, festival: Festival) -> Iterator[Difference]:
    """When everything had closed: so long after the last end as the rule says, or earlier, but not before that end."""
    ends = (festival.entries.closes_at, festival.voting.closes_at if festival.voting else None, festival.metrics_as_of)
    last_ms = max(ms(end) for end in ends if end is not None)
    try:
        moment = datetime.strptime(closed_at, _MOMENT).replace(tzinfo=UTC)
    except ValueError as error:
        yield differs(file, "form", closed_at, str(error))
        return
    if moment.strftime(_MOMENT) != closed_at:
        yield differs(file, "form", closed_at, moment.strftime(_MOMENT))
    # A statement has whole seconds.
    if not last_ms // 1000 <= ms(moment) // 1000 <= (last_ms + festival.late_minutes * MINUTE_MS) // 1000:
        yield differs(file, "rule", closed_at, None, place="closed_at")


def _entry_bounds(says: EntryNumbers) -> dict[str, tuple[int, int]]:
    """Each batch has an entry at least, and none twice."""
    return {
        "entered.competing": (says.competing, says.entries),
        "entered.batches": (says.batches, says.entries + says.duplicates),
        "entered.duplicates": (says.entries + says.duplicates, says.entries * says.batches),
        "entered.conflicts": (says.conflicts, says.duplicates),
        "entered.rejected": (min(says.rejected, 1), says.batches),
    }


def _received_differences(file: str, says: Received, *, left_out: bool) -> Iterator[Difference]:
    """Each batch has a vote at least. What is stored was taken, came late or was left out; and it is what was counted, unless the
    operator said why not.
    """
    stored, counted = says.accepted + says.late, says.counted + says.quarantined
    bounds = {
        "received.batches": (says.batches, says.accepted),
        "received.accepted": (min(says.accepted, 1), says.batches),
        "received.rejected": (min(says.rejected, 1), says.batches),
        "received.recounted": (stored, says.recounted),
    }
    yield from _misfits(file, bounds)
    if not left_out:
        yield from compared(file, "sums", says.recounted, stored, "received.recounted")
    if says.accepted_because is None:
        yield from compared(file, "sums", says.counted + says.quarantined, says.recounted, "received.counted")
    elif not left_out and counted >= says.recounted:
        yield differs(file, "sums", says.accepted_because, None, place="received.accepted_because")


def _misfits(file: str, bounds: dict[str, tuple[int, int]]) -> Iterator[Difference]:
    """Numbers that are greater than what bounds them."""
    for place, (number, most) in bounds.items():
        if number > most:
            yield differs(file, "sums", number, f"<= {most}", place=place)
