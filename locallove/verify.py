"""What an outsider checks with: everything that is published, computed again from ledger and rule. No AWS account is needed.

Answers for: the command `verify`, and `verify()` for programs; the standard library, msgspec and click are all that it takes.

    from locallove.verify import verify

    answer = verify("https://…/v1/lives/kumamoto-2023/statement", expect="0f3a…")
    answer.ok, answer.differences

Nothing is written, and nothing is fetched but what statement and chain name. See docs/verification.md for what each check means.
"""

import locale
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from chalicelib.domain.languages import Language
from locallove.verifying.address import AddressEvidence
from locallove.verifying.answer import Answer, as_json, lines, shown
from locallove.verifying.checking import Checking
from locallove.verifying.evidence import Counting, Evidence, FolderEvidence, NothingToVerify
from locallove.verifying.reports import check_reports
from locallove.verifying.statements import check_chain, check_statements, check_unsettled_rules

__all__ = ["Answer", "NothingToVerify", "verify"]

_HASH = re.compile(r"[0-9a-fA-F]{16,64}")


def verify(path_or_address: str, expect: str | None = None) -> Answer:
    """Check what lies in a folder or behind a public address. `expect` is a statement's SHA-256, or its first 16 characters.

    Raises: NothingToVerify.
    """
    return _answer(_evidence(path_or_address), expect)


@click.command("verify")
@click.argument("path_or_url")
@click.option("--expect", metavar="HASH", help="The SHA-256 of a statement as printed on a report, or its first 16 characters.")
@click.option("--lang", type=click.Choice(["ja", "en"]), help="Language of the answer. Default: that of the locale.")
@click.option("--json", "as_document", is_flag=True, help="Answer as JSON.")
def command(path_or_url: str, expect: str | None, lang: Language | None, as_document: bool) -> None:
    """Compute counts and donation again from ledger and rule, and check every hash and the chain.

    PATH_OR_URL is a folder with published files, or an address such as https://…/v1/lives/LIVE/statement. Exits with 0 (yes),
    1 (no), or 2 when there is nothing that can be read.
    """
    if expect is not None and _HASH.fullmatch(expect) is None:
        raise click.BadParameter(
            "a SHA-256 has 64 hexadecimal digits; give them all or at least the first 16", param_hint="--expect"
        )
    language = lang or _language()
    try:
        evidence = _evidence(path_or_url)
        with _progress(evidence.size) as read:
            answer = _answer(Counting(evidence, read), expect)
    except NothingToVerify as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from error
    said = [as_json(answer, language).decode()] if as_document else lines(answer, language)
    for line in said:
        click.echo(line)
    raise SystemExit(0 if answer.ok else 1)


def _evidence(path_or_address: str) -> Evidence:
    is_address = re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", path_or_address) is not None
    return AddressEvidence(path_or_address) if is_address else FolderEvidence(Path(path_or_address))


def _answer(evidence: Evidence, expect: str | None) -> Answer:
    checking = Checking(evidence)
    check_statements(checking)
    check_chain(checking)
    check_reports(checking)
    check_unsettled_rules(checking)
    checking.left_over()
    if expect is not None:
        checking.expect(expect)
    return Answer(evidence.shown, tuple(checking.checks), tuple(checking.differences), tuple(map(shown, checking.asked)))


def _language() -> Language:
    """The language of messages, in POSIX's order; where nothing of that is set (Windows), that of the locale."""
    named = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), locale.getlocale()[0])
    return "ja" if (named or "").lower().startswith("ja") else "en"


@contextmanager
def _progress(length: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, and nothing on a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=length, file=sys.stderr) as bar:
        yield bar.update
