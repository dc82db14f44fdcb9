"""What is wrong with one reaction that has the right form: its moment, its names, and fields that its kind does not have.

Answers for: every reason, each with the name of its field.
Refuses: the form itself (`domain/reactions.py`).
"""

from typing import TYPE_CHECKING

from chalicelib.domain.texts import is_printable, is_text

if TYPE_CHECKING:
    from chalicelib.domain.reactions import Reaction, Terms

MAX_COMMENT_BYTES = 1024


def check(reaction: "Reaction", terms: "Terms", seen: set[str], *, anytime: bool) -> tuple[int, list[tuple[str, str]]]:
    """The moment of a reaction (UTC ms), and what is wrong with it: names of fields with a reason each."""
    at_ms = 0
    wrong: list[tuple[str, str]] = []
    try:
        at_ms = terms.moments.at_ms(reaction.at)
    except ValueError as error:
        wrong.append(("at", str(error)))
    else:
        if not anytime and not terms.earliest_ms <= at_ms < terms.latest_ms:
            wrong.append(("at", "is more than 24 hours outside the live's window"))
    if not is_printable(reaction.id):
        wrong.append(("id", "must be printable ASCII"))
    if not is_printable(reaction.user):
        wrong.append(("user", "must be printable ASCII"))
    if reaction.id in seen:
        wrong.append(("id", "is the id of an earlier reaction in this batch"))
    wrong.extend(_misplaced(reaction, terms))
    return at_ms, wrong


def _misplaced(reaction: "Reaction", terms: "Terms") -> list[tuple[str, str]]:
    """Fields that do not belong to the kind, or go beyond its limits."""
    wrong: list[tuple[str, str]] = []
    kind, limit = reaction.kind, terms.max_count[reaction.kind]
    if reaction.count is not None:
        if kind == "comment":
            wrong.append(("count", "is only for likes and gifts"))
        elif reaction.count > limit:
            wrong.append(("count", f"is more than the {limit} that the campaign allows"))
    if reaction.text is not None:
        if kind != "comment":
            wrong.append(("text", "is only for comments"))
        elif len(reaction.text.encode("utf-8", "surrogatepass")) > MAX_COMMENT_BYTES:
            wrong.append(("text", "is longer than 1 KiB in UTF-8"))
    if kind == "gift":
        if reaction.gift is not None and not is_text(reaction.gift):
            wrong.append(("gift", "has half of a surrogate pair"))
    else:
        wrong.extend((name, "is only for gifts") for name in ("gift", "value") if getattr(reaction, name) is not None)
    return wrong
