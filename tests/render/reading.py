"""Reading a rendered page back, as a program that knows HTML only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "br"}


@dataclass
class Node:
    """An element: its children are elements and text."""

    tag: str
    attributes: dict[str, str | None]
    children: list[Node | str] = field(default_factory=list)

    def all(self, tag: str | None = None) -> Iterator[Node]:
        """This element and every element within (of this tag), in document order."""
        if tag in (None, self.tag):
            yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.all(tag)

    def first(self, **attributes: str) -> Node:
        """The first element with these attributes."""
        return next(node for node in self.all() if attributes.items() <= node.attributes.items())

    @property
    def text(self) -> str:
        """All text within, with single spaces."""
        parts = (child if isinstance(child, str) else child.text for child in self.children)
        return " ".join("".join(parts).split())

    @property
    def rows(self) -> list[list[str]]:
        """The cells of every table row within."""
        return [[cell.text for cell in row.all() if cell.tag in ("td", "th")] for row in self.all("tr")]

    @property
    def skeleton(self) -> list[tuple[str, dict[str, str | None]]]:
        """Tags and attributes without any text."""
        return [(node.tag, node.attributes) for node in self.all()]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("document", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(self.open[-1].children[-1])  # type: ignore[arg-type]  # the element just appended

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Node(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(page: bytes) -> Node:
    """The page as a tree; every element must be closed in its order."""
    reader = _Reader()
    reader.feed(page.decode())
    reader.close()
    (document,) = reader.open
    return document
