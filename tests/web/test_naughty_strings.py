"""Hostile strings in every field that takes text: what the contract allows is counted, what it does not is named."""

import json
from pathlib import Path
from typing import Any

import pytest
from client import Answer
from web.posting import Platform, another

KINDS = {"id": "like", "user": "like", "market": "like", "text": "comment", "gift": "gift"}
BATCH = 100
"""So many in one batch, for no answer lists more problems."""


def allowed(field: str, value: str) -> bool:
    """What the contract says of a single string in this field."""
    if field in ("id", "user"):
        return 1 <= len(value) <= 64 and all(" " <= letter <= "~" for letter in value)
    if field == "text":
        return len(value.encode("utf-8", "surrogatepass")) <= 1024
    return field == "market" or len(value) <= 64


def good(field: str, values: list[str]) -> set[int]:
    """The places of the reactions that are accepted; of two with one id the first."""
    fine = {place for place, value in enumerate(values) if allowed(field, value)}
    return fine if field != "id" else {place for place in fine if values[place] not in values[:place]}


@pytest.fixture(scope="module")
def strings(data: Path) -> list[str]:
    found: list[str] = json.loads((data / "naughty-strings" / "blns.json").read_text("utf-8"))
    assert len(found) == 515
    return found


def post(platform: Platform, batch: str, field: str, values: list[str]) -> Answer:
    """A batch with one reaction for each string, a second apart."""
    sent = [platform.like(place, kind=KINDS[field], **{field: value}) for place, value in enumerate(values)]
    return platform.post(platform.text(*sent), batch=batch)


def seconds(platform: Platform, batch: str) -> set[int]:
    """The places of the reactions that are stored, told by their seconds."""
    return {each.at_ms // 1000 - platform.live.start_minute * 60 for each in platform.kept(batch)}


@pytest.mark.needs("data")
@pytest.mark.parametrize("field", KINDS)
def test_each_string_is_counted_or_named_by_its_pointer(platform: Platform, strings: list[str], field: str) -> None:
    ours = Platform.of(platform.cloud, another(f"naughty-{field}"))
    counted = 0
    for first in range(0, len(strings), BATCH):
        values = strings[first : first + BATCH]
        expected, batch = good(field, values), f"from-{first}"
        answer: Any = post(ours, batch, field, values)
        assert answer.status == 202
        assert (answer.json["accepted"], answer.json["rejected"]) == (len(expected), len(values) - len(expected))
        pointers = [each["pointer"] for each in answer.json["problems"]]
        assert sorted(pointers) == sorted(f"/reactions/{place}/{field}" for place in range(len(values)) if place not in expected)
        assert seconds(ours, batch) == expected
        counted += len(expected)
    totals = ours.totals()
    assert totals["counts"][KINDS[field]] == totals["counts"]["total"] == counted
    unknown = {each["market"]: each["counts"]["total"] for each in totals["by_market"]}["ZZ"]
    assert unknown == (counted if field == "market" else 0)


@pytest.mark.needs("data")
def test_no_string_is_a_field_or_another_live(platform: Platform, strings: list[str]) -> None:
    before = platform.items()
    named: Any = platform.post(platform.text(platform.like(0), {**platform.like(1), **dict.fromkeys(strings, 1)}))
    assert (named.status, named.json["accepted"], named.json["rejected"]) == (202, 1, 1)
    assert all(each["detail"] == "is not a known field" for each in named.json["problems"])
    for value in strings[::10]:
        assert platform.post(platform.text(platform.like(), live=value)).status == 422
    assert platform.items() == before + 1
