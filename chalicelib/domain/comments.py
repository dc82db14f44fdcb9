"""The text of a batch's comments, as it is kept for a while where a campaign asks for it: so that people can code a sample of it.

Answers for: the kept form (version 1: gzipped NDJSON, a line for each comment that says something, with its id as it is stored
and its text) and reading it. Equal comments have equal bytes.
Refuses: users, markets and moments. Sampling finds the last in the stored batch, and needs the others never.
"""

import zlib
from collections.abc import Sequence

import msgspec

from chalicelib.domain.packing import ID_BYTES, id_hashes
from chalicelib.domain.reactions import Accepted

_GZIP = 31
"""zlib's window bits for a gzip member; its header then has no time."""


class _Line(msgspec.Struct, frozen=True):
    v: int
    id: str
    text: str

    def __repr__(self) -> str:
        return f"_Line({self.id!r}, …)"


_line = msgspec.json.Decoder(_Line)


def kept(accepted: Sequence[Accepted], key: bytes) -> bytes | None:
    """The text of the comments among these, under the campaign's pseudonymisation key; None where none says anything.

    Half a surrogate pair, which JSON can write and UTF-8 cannot, becomes a question mark.
    """
    said = [(each.id, each.text) for each in accepted if each.text and not each.text.isspace()]
    if not said:
        return None
    ids = id_hashes([name for name, _ in said], key)
    lines = [
        _Line(1, ids[place * ID_BYTES : (place + 1) * ID_BYTES].hex(), text.encode("utf-8", "replace").decode())
        for place, (_, text) in enumerate(said)
    ]
    return zlib.compress(msgspec.json.Encoder().encode_lines(lines), 6, wbits=_GZIP)


def read(body: bytes) -> dict[bytes, str]:
    """The texts by hashed id. Raises: ValueError when the bytes are none of ours; the message has no text in it."""
    try:
        lines = [_line.decode(line) for line in zlib.decompress(body, wbits=_GZIP).splitlines()]
    except (zlib.error, msgspec.DecodeError) as error:
        raise ValueError(f"not kept comments: {type(error).__name__}") from None
    return {bytes.fromhex(line.id): line.text for line in lines}
