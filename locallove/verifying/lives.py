"""Checking a live's statement: its rule, its ledger, and whatever follows from the two.

Answers for: the order of these checks, and which files belong to a statement.
Refuses: recomputing anything itself (`verification.py`), and the chain (`statements.py`).
"""

from collections.abc import Iterator
from hashlib import sha256

from chalicelib.domain.statement import NAME, RULE, File, Statement
from locallove.verifying import verification
from locallove.verifying.chain_check import Known
from locallove.verifying.checking import Checking
from locallove.verifying.evidence import Unreadable
from locallove.verifying.findings import CHECKS, Check, Difference, differs
from locallove.verifying.forms import decoded
from locallove.verifying.ledger_file import Weighed
from locallove.verifying.verification import FrozenRule


def check_live(checking: Checking, each: Known, found: Statement) -> FrozenRule | None:
    """Check a live's statement; gives its rule. Without a rule nothing else can be computed."""
    folder, by = each.file.removesuffix(NAME), each.file
    beside = f"{folder}{RULE}"
    file = beside if beside in checking.evidence.names else rule_file(found.live)
    unreadable: list[Difference] = []
    body = checking.body(file, unreadable, by)
    rule = None if body is None else read_rule(body)
    checking.check(file, "rule", unreadable or _rule_differences(by, found, file, body or b"", rule))
    for listed in found.for_senders:
        _check_for_sender(checking, f"{folder}{listed.name}", listed, by)
    if rule is None:
        return None
    counted = verification.ledger_of(found, rule)
    checking.check(folder or checking.evidence.shown, "ledger", checking.ledger(folder, found.ledger, by, counted.add))
    checking.check(by, "markets", counted.crowd_differences(by))
    checking.check(by, "counts", verification.count_differences(by, found, counted))
    if verification.has_moments(found):
        checking.check(by, "donation", verification.donation_differences(by, found, rule, counted))
    checking.check(by, "payments", verification.payment_differences(by, found))
    return rule


def rule_file(live: str) -> str:
    """Where a live's rule lies in a published tree."""
    return f"rules/{live}.json"


def read_rule(body: bytes) -> FrozenRule | None:
    """The rule, unless the file is none."""
    try:
        return decoded(body, FrozenRule)
    except ValueError:
        return None


def _rule_differences(by: str, found: Statement, file: str, body: bytes, rule: FrozenRule | None) -> Iterator[Difference]:
    digest = sha256(body).hexdigest()
    if digest != found.rule_sha256:
        yield differs(file, "sha256", found.rule_sha256, digest, by=by)
    if rule is None:
        yield differs(file, "form", None, None)
    else:
        yield from verification.rule_differences(by, found, rule)


def _check_for_sender(checking: Checking, name: str, listed: File, by: str) -> None:
    """The file for a sender: checked by its hash where it is there, which in public it is not."""
    if name not in checking.evidence.names:
        checking.checks.append(Check(name, CHECKS["senders"], None))
        return
    checking.cover(name)
    weighed = Weighed(listed.bytes)
    try:
        for _ in weighed.through(checking.evidence.parts(name)):
            pass
    except Unreadable as error:
        checking.check(name, "senders", [differs(name, "unreadable", None, str(error))])
    else:
        checking.check(name, "senders", weighed.differences(name, listed, by))
