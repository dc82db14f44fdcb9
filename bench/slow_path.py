"""The slow path: batches with bad reactions, which are read again field by field so that every problem is listed.

Answers for: the CPU of the whole handler at 5,000 bad reactions beside 5,000 good ones in the same rounds; the worst two texts
found under 1 MiB; peak memory, of Python's objects as `tracemalloc` sees them, the posted body left out, after the
timed rounds because tracing slows. Refuses: what zlib and OpenSSL take beside Python's objects, and absolute promises.
"""

import gc
import json
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

import app
from bench.alone import alone
from bench.figures import Figure
from bench.workload import Batch, Context, Crowd, campaign, live, proxy_event
from chalicelib.domain.texts import MAX_ITEMS, MAX_TEXT_BYTES

SUBJECTS = {
    "good": ("5,000 good", 202),
    "bad": ("1 good, 4,999 with five problems each", 202),
    "fields": ("5,000 with all fields wrong, unknown ones up to 1 MiB", 422),
    "brackets": ("1 with 1 MiB of brackets for an id", 422),
}
"""What is posted, in words, and how it is answered."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How large the batches are."""

    reactions: int = MAX_ITEMS
    text_bytes: int = MAX_TEXT_BYTES


LIVE = live(campaign()).id

FULL, SMALL = Extent(), Extent(reactions=50, text_bytes=10_000)

_DEEP = 300
"""So many brackets within each other: deeper ones cost no more, and at nearly 500 the reading gives up."""

_WRONG = '"id":0,"kind":0,"at":0,"user":0,"market":0,"count":"","text":0,"gift":0,"value":""'


def measure(endpoint_url: str, rounds: int, extent: Extent = FULL) -> list[Figure]:
    """The figures of this row."""
    spent, peaks = alone(endpoint_url, costs, rounds, extent)
    ratio = median(bad / good for bad, good in zip(spent["bad"], spent["good"], strict=True))
    return [
        *(Figure(f"{key}_ms", what, median(spent[key]), "ms of CPU per batch") for key, (what, _) in SUBJECTS.items()),
        Figure(
            "bad_us",
            "1 good, 4,999 with five problems each",
            median(spent["bad"]) * 1000 / extent.reactions,
            "µs of CPU per reaction",
        ),
        Figure("bad_to_good", "4,999 bad / 5,000 good", ratio, ""),
        *(Figure(f"{key}_mb", SUBJECTS[key][0], peak / 2**20, "MiB at the peak") for key, peak in peaks.items()),
    ]


def costs(rounds: int, extent: Extent) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Milliseconds of CPU of each subject in each round, and then, when tracing slows nothing more, its peak in bytes."""
    return milliseconds(rounds, extent), peak_bytes(extent)


def milliseconds(rounds: int, extent: Extent) -> dict[str, list[float]]:
    """Milliseconds of CPU of each subject in each round, one round to warm up left out."""
    texts = _texts(Crowd(campaign(), seed=4), extent)
    spent: dict[str, list[float]] = {key: [] for key in texts}
    for _ in range(rounds + 1):
        posts = {key: _post(key, text()) for key, text in texts.items()}
        for key, post in posts.items():
            gc.collect()
            began = time.process_time_ns()
            post()
            spent[key].append((time.process_time_ns() - began) / 1e6)
    return {key: each[1:] for key, each in spent.items()}


def peak_bytes(extent: Extent) -> dict[str, int]:
    """For each subject the bytes that are in use at its peak, beyond those before it; the service has answered before."""
    texts = _texts(Crowd(campaign(), seed=5), extent)
    peaks = {}
    for key, text in texts.items():
        post = _post(key, text())
        gc.collect()
        tracemalloc.start()
        post()
        peaks[key] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peaks


def _texts(crowd: Crowd, extent: Extent) -> Mapping[str, Callable[[], bytes]]:
    """For each subject what makes a text of it."""
    return {
        "good": lambda: _crowd(crowd, extent.reactions, good=extent.reactions),
        "bad": lambda: _crowd(crowd, extent.reactions, good=1),
        "fields": lambda: _fields(extent),
        "brackets": lambda: _brackets(extent.text_bytes),
    }


def _crowd(crowd: Crowd, reactions: int, *, good: int) -> bytes:
    """A batch of a believable crowd; beyond the first `good` reactions each has five problems."""
    (batch,) = crowd.batches(1, reactions)
    document = json.loads(batch.text)
    for reaction in document["reactions"][good:]:
        reaction.update(kind="heart", at=0, count=0, user="", colour="red")
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _fields(extent: Extent) -> bytes:
    """The most problems that the text has room for once every known field is wrong."""
    room = extent.text_bytes // extent.reactions - len(f"{{{_WRONG}}},")
    unknown = "".join(f',"{chr(ord("A") + place)}":0' for place in range(room // len(',"A":0')))
    return _document(",".join([f"{{{_WRONG}{unknown}}}"] * extent.reactions))


def _brackets(text_bytes: int) -> bytes:
    """The most lists within lists that the text has room for, where a string belongs."""
    nested = "[" * _DEEP + "]" * _DEEP
    return _document(f'{{"id":[{",".join([nested] * (text_bytes // len(nested + ",") - 1))}]}}')


def _document(reactions: str) -> bytes:
    return f'{{"live":"{LIVE}","reactions":[{reactions}]}}'.encode()


_ids: Iterator[str] = (f"slow-{number:06d}" for number in range(10**6))


def _post(key: str, text: bytes) -> Callable[[], None]:
    """What posts this text in a batch of its own, and looks at the status of the answer."""
    event: dict[str, Any] = proxy_event(LIVE, Batch(next(_ids), text))

    def post() -> None:
        answer = app.app(event, Context())
        assert answer["statusCode"] == SUBJECTS[key][1], answer

    return post
