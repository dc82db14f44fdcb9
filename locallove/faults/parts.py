"""The parts of the service that a world is built of, so that one of them can be replaced by one with a bug.

Answers for: the service's own classes, put together as `chalicelib/runtime.py` does, over the stand-in.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from chalicelib.domain import chain
from chalicelib.flows.closing import Closer
from chalicelib.flows.counting import Counter
from chalicelib.flows.definitions import Definitions
from chalicelib.flows.festival_reporting import FestivalReporting
from chalicelib.flows.intake import Intake
from chalicelib.flows.publishing import Publisher
from chalicelib.flows.recounting import Recounting
from chalicelib.flows.reporting import Reporting
from chalicelib.flows.settling import Settler
from chalicelib.render.formats import FORMATS
from chalicelib.store.campaigns import Campaigns
from chalicelib.store.comments import Comments
from chalicelib.store.quarantine import Quarantine
from chalicelib.store.reactions import Reactions
from chalicelib.store.registers import Registered
from chalicelib.store.reports import Reports
from chalicelib.store.secrets import Secrets
from chalicelib.store.statements import Statements
from chalicelib.store.totals import Totals
from locallove.faults.storage import BUCKET, CAMPAIGNS, REACTIONS, TOTALS, Storage

SOFTWARE = "local-love"
KEPT_MS = 30_000
FENCE_MS = 600_000
"""As deployed: see `chalicelib/settings.py`."""

QUICK = 4
"""JSON, its schema, and both tables."""

Links = list[tuple[str, str | None]]
"""A chain as a reader sees it: for each statement its SHA-256, and what it says is the one before it."""


def chain_of(objects: Mapping[str, bytes]) -> Links:
    """The chain as it is published. Raises: Broken."""
    entries = chain.read([body for key, body in objects.items() if key.startswith("chain/")])
    before: list[str | None] = [None, *(entry.statement_sha256 for entry in entries)]
    return list(zip((entry.statement_sha256 for entry in entries), before, strict=False))


@dataclass(frozen=True, slots=True)
class Parts:
    """Which classes a world runs. `latest`: the stream is read from its newest record on. `release` counts from 0."""

    counter: type[Counter] = Counter
    intake: Callable[[Definitions, Secrets, Reactions, Callable[[], Comments], int], Intake] = (
        lambda definitions, secrets, stored, texts, _: Intake(definitions, secrets, stored, texts)
    )
    settler: type[Settler] = Settler
    closer: type[Closer] = Closer
    links: Callable[[Mapping[str, bytes]], Links] = chain_of
    fence_ms: int = FENCE_MS
    closing_fence_ms: int = FENCE_MS
    latest: bool = False


PRODUCT = Parts()


@dataclass(slots=True)
class Service:
    """The service in one world. Every call makes a fresh part, as a new process has it."""

    storage: Storage
    parts: Parts
    release: int = 0

    @property
    def campaigns(self) -> Campaigns:
        """Definitions."""
        return Campaigns(self.storage.tables, CAMPAIGNS, TOTALS)  # type: ignore[arg-type]

    @property
    def secrets(self) -> Secrets:
        """Senders' secrets."""
        return Secrets(self.storage.parameters, "/{}/secrets".format)  # type: ignore[arg-type]

    @property
    def totals(self) -> Totals:
        """Counters."""
        return Totals(self.storage.tables, TOTALS)  # type: ignore[arg-type]

    @property
    def reports(self) -> Reports:
        """What is published."""
        return Reports(self.storage.bucket, BUCKET)  # type: ignore[arg-type]

    def intake(self) -> Intake:
        """Takes batches."""
        definitions = Definitions(self.campaigns, KEPT_MS)
        return self.parts.intake(definitions, self.secrets, self._reactions, self._comments, self.release)

    def counter(self) -> Counter:
        """Counts stream records."""
        return self.parts.counter(self.totals, self._quarantine)

    def settler(self) -> Settler:
        """Settles lives."""
        fence_ms = self.parts.fence_ms
        return self.parts.settler(self.campaigns, self._recounting, self.reports, self._statements, fence_ms, SOFTWARE)

    def closer(self) -> Closer:
        """Closes the festival."""
        return self.parts.closer(
            self.campaigns,
            self._registered,
            self.secrets,
            self._recounting,
            self.reports,
            self._statements,
            self.parts.closing_fence_ms,
            SOFTWARE,
        )

    def publisher(self) -> Publisher:
        """Publishes reports, in the formats that take no time to make: what they look like is not at stake here."""
        festivals = FestivalReporting(self._reactions, self.totals, self._statements)
        reporting = Reporting(self.totals, self._statements, self._registered, festivals)
        return Publisher(self.campaigns, reporting, self.reports, formats=FORMATS[:QUICK])

    def _comments(self) -> Comments:
        return Comments(self.storage.bucket, BUCKET)  # type: ignore[arg-type]

    @property
    def _registered(self) -> Registered:
        return Registered(self.storage.tables, CAMPAIGNS)  # type: ignore[arg-type]

    @property
    def _recounting(self) -> Recounting:
        return Recounting(self._reactions, self.totals, self._quarantine)

    @property
    def _statements(self) -> Statements:
        return Statements(self.reports)

    @property
    def _reactions(self) -> Reactions:
        return Reactions(self.storage.tables, REACTIONS)  # type: ignore[arg-type]

    @property
    def _quarantine(self) -> Quarantine:
        return Quarantine(self.storage.bucket, BUCKET)  # type: ignore[arg-type]


def settled_statements(objects: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Every statement in the bucket, with its key."""
    return ((key, body) for key, body in objects.items() if "/settled-" in key and key.endswith("/statement.json"))


def said_software(statement: bytes) -> str:
    """What a statement says made it."""
    software: str = msgspec.json.decode(statement)["software"]
    return software
