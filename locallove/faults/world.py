"""One world: senders, service and AWS for half an hour of their own time, from a seed, until all is at rest; then the checks.

Answers for: the same run for the same seed, also with any of its faults taken away; what is promised to a sender being checked
when it is promised. What must hold at rest is in `locallove/faults/checks.py`.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import Any, cast

from chalicelib.flows.unpacking import unpacked
from locallove.faults import checks, truth
from locallove.faults.chance import Chance, Fault
from locallove.faults.checks import Finding
from locallove.faults.crowd import Crowd
from locallove.faults.mapping import SourceMapping
from locallove.faults.network import SKEW_MS, Arrived, Connection, Instances
from locallove.faults.operators import Operators
from locallove.faults.parts import FENCE_MS, PRODUCT, Parts, Service
from locallove.faults.posts import SENDERS, Post
from locallove.faults.scheduler import Restless, Scheduler
from locallove.faults.stage import CAMPAIGN, LONG_BEFORE_MS, START_MS, secret_of, set_stage, stricter
from locallove.faults.storage import REACTIONS, TOTALS, Storage
from locallove.faults.truth import Stored
from locallove.kit.patience import Patience, Watch
from locallove.kit.posting import FINAL, STORED, Answer, FestivalAnswer, GaveUp, Sender
from locallove.kit.signing import key_of, signature

_PATIENCE = Patience(attempts=5, refused_attempts=5, total_s=60)
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a world: its faults in the order in which they struck, what was found, and the trace of all of it."""

    seed: int
    events: int
    faults: tuple[Fault, ...]
    findings: tuple[Finding, ...]
    trace: str

    @property
    def counted(self) -> Counter[str]:
        """The faults by kind."""
        return Counter(kind for kind, _ in self.faults)


class World:
    """Everything that one seed stands for. `only` are the faults that may strike (None: all that are drawn)."""

    def __init__(self, seed: int, parts: Parts = PRODUCT, only: Collection[Fault] | None = None) -> None:
        self.chance = Chance(seed, only)
        self.scheduler = Scheduler(LONG_BEFORE_MS)
        self.storage = Storage(self.chance, self.scheduler)
        self.service = Service(self.storage, parts)
        self.campaign = set_stage(self.chance, self.service)
        self.crowd = Crowd(self.chance, self.campaign, FENCE_MS)
        self.scheduler.now_ms = START_MS - 60_000
        self.instances = Instances(self.chance, self.scheduler, self.service.intake, self._judge)
        self.mapping = SourceMapping(self.storage.stream, self.chance, self.scheduler, self.service.counter, latest=parts.latest)
        self.operators = Operators(self.chance, self.scheduler, self.service, self.campaign)
        self.findings: list[Finding] = []
        self._told: dict[checks.Acknowledged, int] = {}

    def play(self) -> Outcome:
        """Let everything happen until all is at rest, and look at it."""
        self._begin()
        try:
            self.scheduler.run()
            self._look()
            self.scheduler.end()
        except Restless:
            self.findings.append(Finding("rest", "the world does not come to rest"))
        self.findings += [Finding("no unexpected error", each) for each in self.scheduler.broken]
        self.findings += [Finding("nothing is overwritten", key) for key in self.storage.overwritten]
        self.storage.note(*map(str, self.findings), *sorted(_words(self.storage.tables.items(TOTALS))))
        trace = self.storage.trace.hexdigest()
        return Outcome(self.chance.seed, self.storage.calls, tuple(self.chance.drawn), tuple(self.findings), trace)

    def _begin(self) -> None:
        now_ms = self.scheduler.now_ms
        self.scheduler.begin("the mapping is made", self.mapping.begin, self.chance.number("mapping", 0, 120_000))
        for post in self.crowd.posts:
            self.scheduler.begin(post.name, partial(self._post, post), post.at_ms - now_ms)
            if self.chance.strikes("same id, other body", post.name, 5):
                later_ms = self.chance.number(f"rival|{post.name}", -2_000, 60_000)
                other = self.crowd.other_text(post.text, post.name)
                rival = replace(post, name=f"other body of {post.name}", text=other, at_ms=post.at_ms + later_ms)
                self.scheduler.begin(rival.name, partial(self._post, rival), rival.at_ms - now_ms)
        self.operators.begin()

    def _post(self, post: Post) -> None:
        """Post a batch until it is answered, by a new process and over a new connection when one has given up."""
        skew_ms = self.chance.number(f"skew|{post.sender}", -SKEW_MS, SKEW_MS)
        watch = Watch(
            lambda: (self.scheduler.now_ms + skew_ms) / 1000,
            lambda: self.scheduler.now_ms / 1000,
            lambda wait_s: self.scheduler.sleep(wait_s * 1000),
        )
        for number in range(_ROUNDS):
            name = f"{post.name}, process {number}"
            connection: Any = Connection(name, self.chance, self.scheduler, self.instances, self._release)
            secret = secret_of(post.sender)
            sender = Sender("http://service.invalid", secret, patience=_PATIENCE, watch=watch, connection=connection)
            with suppress(GaveUp):
                if post.part is None:
                    answer: Answer | FestivalAnswer = sender.post(post.to, post.batch, post.text)
                else:
                    answer = sender.post_to_festival(post.to, post.part, post.batch, post.text)
                self.storage.note(name, answer.status, answer.attempts)
                return
            self.scheduler.sleep(self.chance.number(f"restart|{name}", 1_000, 60_000))

    def _release(self, place: str) -> None:
        """A release: all instances are new ones, and the campaign takes less than before."""
        task = self.scheduler.task
        assert task is not None
        before, task.immune = task.immune, True
        self.service.release += 1
        stricter(self.service, self.scheduler.now_ms)
        self.instances.renew()
        task.immune = before
        self.storage.note("release", place)

    def _judge(self, headers: Mapping[str, str], body: bytes, arrived: Arrived) -> None:
        """Whoever gets a receipt finds this text stored; whoever is refused for good does not."""
        text = unpacked(body)
        digest = sha256(text).hexdigest()
        name = (self.crowd.said[digest].live, _signer(headers, text), headers["webhook-id"], digest)
        kept = any(checks.name_of(each) == name for each in self._stored())
        if arrived.status in STORED:
            told = {name: json.loads(arrived.body)["accepted"]}
            self._told |= told
            self.findings += checks.acknowledged(told, self._stored())
        elif kept and arrived.status in FINAL:
            self.findings.append(Finding("stored is acknowledged", f"{' '.join(name)} is stored, and answered {arrived.status}"))

    def _look(self) -> None:
        """At rest: settle and close what is not yet, without a fault; look; let an hour and the TTL pass; look again."""
        self.operators.finish(self.findings)
        batches, gone = self._stored(), self.operators.gone_batches(self.crowd.said)
        objects = self.storage.bucket.objects()
        applied = self.service.campaigns.get(CAMPAIGN)
        assert applied is not None
        self.findings += checks.settlements(applied, batches, objects, {each.live for each in gone})
        self.findings += checks.closing(applied, batches, objects, {each.live for each in gone})
        self.findings += checks.acknowledged(self._told, [*batches, *gone])
        self.findings += checks.chain(self.service.parts, objects)
        self.findings += checks.reports(objects)
        self._expire()
        rows, codes = self.storage.tables.items(TOTALS), self.campaign.market_codes
        self.findings += checks.totals(rows, [*batches, *gone], objects, codes)

    def _expire(self) -> None:
        """TTL takes what has expired; the stream says so, and the totals stay."""
        for item in self._items():
            partition, sort = item["pk"]["S"], item["sk"]["S"]
            if self.chance.strikes("removal by TTL", f"{partition} {sort}", 10):
                self.storage.tables.expire(REACTIONS, partition, sort)
        self.scheduler.rouse()
        self.scheduler.run()

    def _stored(self) -> list[Stored]:
        return [truth.stored(item, self.crowd.said) for item in self._items()]

    def _items(self) -> list[dict[str, Any]]:
        return cast("list[dict[str, Any]]", self.storage.tables.items(REACTIONS))


def _signer(headers: Mapping[str, str], text: bytes) -> str:
    """The sender whose signature it is."""
    name, moment = headers["webhook-id"], int(headers["webhook-timestamp"])
    signatures = {signature(key_of(secret_of(sender)), name, moment, text): sender for sender in SENDERS}
    return signatures[headers["webhook-signature"]]


def _words(rows: list[Any]) -> Iterator[str]:
    """Rows of totals in words that are the same in every run."""
    return (json.dumps(row, sort_keys=True) for row in rows)
