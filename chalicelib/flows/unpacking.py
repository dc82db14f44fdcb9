"""Unpacking a posted body: gzipped or plain, it is one text of UTF-8.

Answers for: the limit on the wire and once unpacked, and that nothing stands behind the one gzip member.
Refuses: reading what the text says.
"""

import zlib

from chalicelib.domain.texts import MAX_TEXT_BYTES

GZIP_MAGIC = b"\x1f\x8b"


class TooLarge(Exception):
    """The body is over 1 MiB of text, on the wire or unpacked."""


class NotUnpackable(Exception):
    """The body begins like gzip but is not one whole gzip member, or is not UTF-8."""


def unpacked(body: bytes) -> bytes:
    """The text of a body, gzipped (one member, told by its magic bytes) or plain; unpacking stops at the limit.

    Raises: TooLarge, NotUnpackable.
    """
    if len(body) > MAX_TEXT_BYTES:
        raise TooLarge(f"{len(body)} bytes; a batch may have {MAX_TEXT_BYTES}")
    if not body.startswith(GZIP_MAGIC):
        return body
    gunzip = zlib.decompressobj(31)
    try:
        text = gunzip.decompress(body, MAX_TEXT_BYTES + 1)
    except zlib.error as error:
        raise NotUnpackable(f"the body is broken gzip: {error}") from error
    if len(text) > MAX_TEXT_BYTES:
        raise TooLarge(f"more than {MAX_TEXT_BYTES} bytes of text once unpacked")
    if not gunzip.eof:
        raise NotUnpackable("the gzip body is cut off")
    if gunzip.unused_data:
        raise NotUnpackable("the body has something after its one gzip member")
    return text


def utf8(text: bytes) -> str:
    """The text as a string. Raises: NotUnpackable."""
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise NotUnpackable(f"the text is not UTF-8 at byte {error.start}") from error
