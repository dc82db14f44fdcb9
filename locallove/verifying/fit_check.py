"""Checking figures of a statement that must fit each other, although no ledger has them.

Answers for: the recount beside totals and quarantine, and what numbers of reactions, batches and copies say of each other.
Refuses: figures that follow from rule and ledger (`verification.py`).
"""

from collections.abc import Iterator, Mapping

from chalicelib.domain.statement import Statement
from locallove.verifying.findings import Difference, compared, differs


def fit_differences(file: str, found: Statement, lines: Mapping[str, int]) -> Iterator[Difference]:
    """What does not fit; `lines` are the sums of `count` by kind over all lines of the ledger, copies too."""
    yield from _reconciled_differences(file, found, lines)
    for name, counts in (
        ("totals", found.reconciled.totals),
        ("quarantined", found.reconciled.quarantined),
        ("recounted", found.reconciled.recounted),
    ):
        total = counts.like + counts.comment + counts.gift
        yield from compared(file, "sums", counts.total, total, f"reconciled.{name}.total")
    batches = sum(each.lines for each in found.for_senders)
    yield from compared(file, "sums", found.receipts.batches, batches, "receipts.batches")
    for change in found.window.changes[-1:]:
        window = {"ends_at": found.window.ends_at, "closes_at": found.window.closes_at}
        yield from compared(file, "sums", window, {"ends_at": change.ends_now, "closes_at": change.closes_now}, "window")
    missing, rehearsed = found.not_counted, found.rehearsal
    for place, number, most in (
        ("not_counted.conflicting", missing.conflicting, missing.duplicate),
        ("not_counted.rehearsal", missing.rehearsal, rehearsed.like + rehearsed.comment + rehearsed.gift),
        ("not_counted.late", missing.late + missing.excluded, found.reconciled.recounted.total - sum(lines.values())),
    ):
        # Each reaction has a count of one at least.
        if number > most:
            yield differs(file, "sums", number, f"<= {most}", place=place)


def _reconciled_differences(file: str, found: Statement, lines: Mapping[str, int]) -> Iterator[Difference]:
    """Totals, quarantine and recount against each other; and, where nothing else was stored, the recount against the ledger."""
    says = found.reconciled
    for kind, sum_of_lines in lines.items():
        expected = getattr(says.totals, kind) + getattr(says.quarantined, kind)
        expected += sum(each.recounted - each.expected for each in says.differences if each.measure == kind)
        yield from compared(file, "sums", getattr(says.recounted, kind), expected, f"reconciled.recounted.{kind}")
        if not (found.not_counted.late or found.not_counted.excluded):
            yield from compared(file, "counts", getattr(says.recounted, kind), sum_of_lines, f"reconciled.recounted.{kind}")
    if bool(says.differences) != (says.accepted_because is not None):
        yield differs(file, "sums", says.accepted_because, None, place="reconciled.accepted_because")
