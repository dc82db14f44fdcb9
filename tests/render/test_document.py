"""The report as JSON, and the schema that it keeps."""

import json
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from render import festival, sample, settled

from chalicelib.domain.reports import Report, Sources, campaign_report, live_report, region_report
from chalicelib.render.document import document, schema

SETTLED, STATEMENTS = settled.settled()

REPORTS = {
    "campaign": campaign_report(Sources(sample.shortened()), sample.NOW_MS),
    "region": region_report(Sources(sample.shortened()), "okinawa", sample.NOW_MS),
    "live": live_report(Sources(sample.shortened()), "kumamoto-2023", sample.NOW_MS),
    "nothing counted": campaign_report(Sources(sample.counted([0] * 5)), 0),
    "settled": campaign_report(Sources(SETTLED, STATEMENTS), sample.NOW_MS),
    "festival": festival.report(("favourite",)),
    "festival while people vote": festival.report(sealed=False),
    "settled live": live_report(Sources(SETTLED, STATEMENTS), "tohoku-2023", sample.NOW_MS),
}


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    """The published schema, itself a valid one."""
    described = json.loads(schema(REPORTS["campaign"]))
    Draft202012Validator.check_schema(described)
    return Draft202012Validator(described)


@pytest.mark.parametrize("name", REPORTS)
def test_the_document_is_the_whole_report(name: str) -> None:
    assert msgspec.json.decode(document(REPORTS[name]), type=Report) == REPORTS[name]


@pytest.mark.parametrize("name", REPORTS)
def test_a_document_keeps_the_published_schema(name: str, validator: Draft202012Validator) -> None:
    assert list(validator.iter_errors(json.loads(document(REPORTS[name])))) == []


def test_a_rule_in_many_words_keeps_the_schema(validator: Draft202012Validator) -> None:
    """What the file may say is bounded, what the rule comes to in words is not."""
    data = sample.definition()
    steps = [{"at": 1000 * (n + 1), "reached": "above", "amount": 1} for n in range(40)]
    data["lives"][0]["donation"]["steps"] = steps
    report = campaign_report(Sources(sample.standing(data)), sample.NOW_MS)
    assert len(report.lives[0].donation.rule.ja) > 500
    validator.validate(json.loads(document(report)))


@pytest.mark.parametrize("damage", [{"figures": None}, {"donation_minor": "1"}, {"status": "perhaps"}, {"regions": [{}]}])
def test_the_schema_refuses_what_is_no_report(damage: dict[str, Any], validator: Draft202012Validator) -> None:
    assert not validator.is_valid(json.loads(document(REPORTS["campaign"])) | damage)


def test_a_report_without_a_festival_says_nothing_of_one(validator: Draft202012Validator) -> None:
    """It has the bytes that it had before there were festivals, and one that was published then is still read."""
    said = json.loads(document(REPORTS["settled"]))
    assert "festival" not in said
    assert msgspec.convert(said, Report, strict=False).festival is None
