"""What every source gives: reactions by live, in the form of the wire, and what became of the rest.

Answers for: the contract's forms of moments, names and texts, whatever a recording holds.
Refuses: reading any particular format, and keeping silent about what it leaves out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from operator import attrgetter

from chalicelib.domain.reaction_checks import MAX_COMMENT_BYTES
from chalicelib.domain.reactions import Reaction

_AFTER_9998_MS = 253_370_764_800_000


class BadRecording(Exception):
    """A recording that cannot be read; the message names file and line and never what stands there."""


@dataclass(frozen=True, slots=True)
class Recording:
    """The reactions of each live in order of time. `ignored` messages by type, `repeated` ones that came again under the same
    id and are there once, `cut_texts` comments whose text was cut to 1 KiB."""

    lives: dict[str, tuple[Reaction, ...]]
    ignored: Mapping[str, int] = field(default_factory=dict)
    repeated: int = 0
    cut_texts: int = 0


def in_order(reactions: Iterable[Reaction]) -> tuple[Reaction, ...]:
    """The reactions in order of time; those of one moment keep theirs. All moments must be written by `rfc3339`."""
    return tuple(sorted(reactions, key=attrgetter("at")))


def rfc3339(moment_ms: int) -> str:
    """A moment (ms since the Unix epoch) as RFC 3339 in UTC, always with milliseconds. Raises: ValueError."""
    if not 31_536_000_000 <= moment_ms < _AFTER_9998_MS:
        raise ValueError("is not a moment from 1971 to 9998")
    seconds, rest = divmod(moment_ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def fitting_name(name: str) -> str:
    """The name if the contract takes it (1 to 64 printable ASCII characters), else a hash of it, the same every time."""
    if 1 <= len(name) <= 64 and name.isascii() and name.isprintable():
        return name
    return f"h-{blake2b(name.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"


def fitting_text(text: str) -> str:
    """The text, cut to 1 KiB of UTF-8 on a character border; lone surrogates, which no JSON may hold, become question marks."""
    return text.encode("utf-8", "replace")[:MAX_COMMENT_BYTES].decode("utf-8", "ignore")
