"""Files of coverage for tests: rows in order, and bytes made of any rows."""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO

from chalicelib.domain.coverage_file import COLUMNS

STORY = {
    "kind": "story",
    "outlet": "見本放送",
    "outlet_type": "television",
    "scope": "national",
    "genre": "報道",
    "country": "JP",
    "language": "ja",
    "title": "ライブで応援",
    "date": "2023-02-11",
}

FIGURE = {
    "kind": "figure",
    "label_ja": "視聴者数",
    "label_en": "Viewers",
    "value": "81,234",
    "unit_ja": "人",
    "unit_en": "people",
    "date": "2023-02-12",
    "source": "見本プラットフォーム",
}


def file(*rows: Mapping[str, str], columns: Iterable[str] = COLUMNS) -> bytes:
    """A file with these rows, as a program writes it."""
    text = StringIO()
    writer = csv.DictWriter(text, list(columns), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
