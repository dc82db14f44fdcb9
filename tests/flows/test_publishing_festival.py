"""Publishing a campaign with a festival, from the first entry to the last award: every figure, and nothing that is sealed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import msgspec
import pytest
from aws_faults import refused
from festivals import CAMPAIGN, ENDED_AT, ENTRIES_CLOSE, ENTRIES_OPEN, VOTING_OPENS, Festival, entry, vote
from flows.at_once import meanwhile
from publishing import QUICK, publish

from chalicelib import runtime
from chalicelib.domain.applied import Revealed
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.entrants import EntryDecision
from chalicelib.domain.festival import ms
from chalicelib.domain.festival_report import day
from chalicelib.domain.jury import Score, Sheet
from chalicelib.render.formats import FORMATS
from locallove.cloud.local import LocalCloud, local_cloud

TEXTS = tuple(each for each in FORMATS if not each.name.endswith((".pdf", ".png")))
"""All formats but those set by typst: they are made of what is in `report.json`, as these are."""

FILMS = {
    "grand-prix": ("film-jury", "film-both"),
    "audience": ("film-watched", "film-both", "film-jury", "film-loved"),
    "favourite": ("film-loved", "film-both"),
}
"""The films of each award in their places. Whoever has neither scores, views nor votes is in none."""

VIEWS = {"film-watched": (977_531, 40), "film-both": (500, 3), "film-jury": (400, 2), "film-loved": (300, 1)}


@pytest.fixture
def festival() -> Iterator[Festival]:
    """Seven films, of which five compete; votes and views; and the jury's scores on record."""
    with local_cloud(background=False) as cloud:
        made = Festival.of(cloud)
        made.send(
            "entries",
            "e-1",
            *(film(name) for name in ("film-jury", "film-watched", "film-loved", "film-both", "film-nobodys")),
            film("film-young", attested=False, duration=1),
            film("film-late", posted_at=ENTRIES_CLOSE.isoformat()),
        )
        made.send("entries", "e-2", film("film-both"), before_ms=1_000)
        record(sheets=(sheet(),))
        yield made


def film(name: str, **fields: Any) -> dict[str, Any]:
    return entry(name, caption=f"caption of {name}", creator=f"maker-of-{name}", **fields)


def sheet() -> Sheet:
    scores = (Score("film-jury", "Sato", ("8", "7.5")), Score("film-both", "Sato", ("3", "4")))
    return Sheet("grand-prix", scores, "5" * 64, "2021-06-20T00:00:00Z")


def record(**changed: Any) -> None:
    """Put something on record of the festival."""
    before = runtime.service().registered.get(CAMPAIGN)
    after = msgspec.structs.replace(before.festival, **changed)
    runtime.service().registered.put(CAMPAIGN, before, msgspec.structs.replace(before, festival=after))


def voted(festival: Festival) -> None:
    """Five votes that count; two held, one for one's own film, one outside the hours, two in rehearsal."""
    early = (VOTING_OPENS - timedelta(minutes=1)).isoformat()
    festival.send(
        "votes",
        "v-1",
        *(vote(number, "film-loved") for number in range(4)),
        vote(10, "film-both"),
        *(vote(number, "film-both", suspect="one address") for number in (20, 21)),
        vote(30, "film-both", voter="maker-of-film-both"),
        vote(31, "film-both", at=early),
    )
    festival.send("votes", "v-2", vote(40, "film-nobodys"), vote(41, "film-nobodys"), rehearsal=True)
    festival.cloud.pump.drain()


def closed(festival: Festival) -> None:
    voted(festival)
    festival.snapshot("m-1", VIEWS, at=ENTRIES_CLOSE)
    festival.snapshot("m-2", VIEWS)
    festival.close()


def reveal(award: str, at_ms: int = ms(ENDED_AT)) -> None:
    runtime.service().campaigns.reveal(CAMPAIGN, Revealed(award, at_ms))


def pack(at_ms: int | None = None) -> dict[str, str]:
    """The newest pack of the campaign's report, every file as text: of a workbook all of its parts."""
    publish(*TEXTS, at_ms=at_ms)
    reports = runtime.service().reports
    latest = reports.read(f"{CAMPAIGN}/campaign/latest.json")
    assert latest is not None
    prefix = f"{CAMPAIGN}/campaign/{json.loads(latest.body)['folder']}/"
    bodies = {key.removeprefix(prefix): found.body for key in reports.keys(prefix) if (found := reports.read(key))}
    return {name: text_of(body) for name, body in bodies.items()}


def text_of(body: bytes) -> str:
    if not body.startswith(b"PK"):
        return body.decode("utf-8-sig")
    with ZipFile(BytesIO(body)) as file:
        return "\n".join(file.read(part).decode() for part in file.namelist())


def said(files: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files["report.json"])["festival"]
    return found


def leaked(files: dict[str, str], *revealed: str) -> set[tuple[str, str]]:
    """Names of films that no revealed award has, and the files that have them: ids, captions, creators, and views of the most."""
    shown = {name for award in revealed for name in FILMS[award]}
    hidden = {name for films in FILMS.values() for name in films} - shown | {"film-nobodys", "film-young", "film-late"}
    figures = set() if "audience" in revealed else {"977531", "977,531", "977571", "977,571"}
    return {(file, each) for file, text in files.items() for each in hidden | figures if each in text}


def test_before_anybody_votes_there_are_entries_by_day_standing_and_reason(festival: Festival) -> None:
    record(decisions=(EntryDecision("film-nobodys", "withdraw", "asked to", "now"),))
    files = pack(ms(VOTING_OPENS) - 1)
    found = said(files)
    assert (found["status"], found["statement"], found["unreadable"]) == ("entered", None, 0)
    entries = found["entries"]
    assert entries["numbers"] == {
        "batches": 2, "entries": 7, "competing": 4, "rejected": 0, "duplicates": 1, "conflicts": 0,
    }  # fmt: skip
    assert (entries["eligible"], entries["not_eligible"], entries["outside_period"]) == (5, 2, 1)
    assert entries["by_day"] == [{"on": day(ms(ENTRIES_OPEN + timedelta(hours=1))), "eligible": 5, "not_eligible": 1}]
    assert {each["of"]: each["number"] for each in entries["by_standing"]} == {
        "eligible": 4, "ineligible": 2, "approved": 0, "rejected": 0, "withdrawn": 1,
    }  # fmt: skip
    assert {each["of"]: each["number"] for each in entries["reasons"]} == {"not-attested": 1, "too-late": 1, "too-short": 1}
    assert found["votes"]["received"]["received"] == 0
    assert leaked(files) == set()


def test_while_people_vote_there_is_how_many_votes_were_received_and_no_film(festival: Festival) -> None:
    voted(festival)
    festival.snapshot("m-1", VIEWS, at=ENTRIES_CLOSE)
    festival.snapshot("m-2", VIEWS, at=ENDED_AT + timedelta(minutes=1))
    files = pack(ms(ENDED_AT) - 1)
    found = said(files)
    assert found["status"] == "voting"
    received = found["votes"]["received"]
    assert (received["received"], received["outside"], received["rehearsal"]) == (8, 1, 2)
    assert received["by_award"] == [{"award": "favourite", "received": 8}]
    assert found["votes"]["by_day"] == [{"on": day(ms(VOTING_OPENS)), "by_award": [{"award": "favourite", "received": 8}]}]
    seen = found["metrics"]
    assert (seen["snapshots"], seen["later"], seen["views"], seen["likes"]) == (1, 1, None, None)
    assert seen["newest"] == (ENDED_AT + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert {award["result_sha256"] for award in found["awards"]} == {None}
    assert leaked(files) == set()


def test_once_sealed_there_are_hashes_and_nothing_else_of_the_result(festival: Festival) -> None:
    closed(festival)
    files = pack()
    found, settled = said(files), festival.applied().festival_settled
    assert settled is not None
    assert found["status"] == "sealed"
    assert (found["statement"]["sha256"], found["statement"]["link"]) == (settled.statement_sha256, 1)
    assert found["statement"]["address"] == f"/v1/festivals/{CAMPAIGN}/statement"
    sealed = runtime.service().statements.of_festival(settled).awards
    assert [award["result_sha256"] for award in found["awards"]] == [each.sha256 for each in sealed]
    assert [(award["winner"], award["places"], award["votes"], award["films"]) for award in found["awards"]] == [
        (None, [], None, None)
    ] * 3
    assert (found["metrics"]["snapshots"], found["entries"]["numbers"]["competing"]) == (None, 5)
    assert found["entries"]["by_day"][0]["eligible"] == 5
    assert leaked(files) == set()


def test_an_award_that_is_revealed_is_told_and_no_other(festival: Festival) -> None:
    closed(festival)
    pack()
    reveal("favourite")
    files = pack()
    found = said(files)
    assert found["status"] == "sealed"
    jury, audience, favourite = found["awards"]
    assert (jury["winner"], audience["winner"], favourite["winner"]) == (None, None, "film-loved")
    assert [(film["entry"], film["score"], film["held"]) for film in favourite["places"]] == [
        ("film-loved", "4", 0),
        ("film-both", "1", 2),
    ]
    assert {(film["views"], film["likes"]) for film in favourite["places"]} == {(None, None)}, "of the audience award"
    assert favourite["votes"] == {
        "counted": 5,
        "held": [{"of": "one address", "number": 2}],
        "not_counted": [{"of": "outside", "number": 1}, {"of": "own", "number": 1}],
        "same_with_held": True,
    }
    assert (found["metrics"]["snapshots"], found["metrics"]["later"], found["metrics"]["views"]) == (2, 0, None)
    assert leaked(files, "favourite") == set()
    for name in ("report.json", "report.ja.html", "report.en.html", "report.xlsx"):
        assert "caption of film-loved" in files[name], name


def test_when_all_is_revealed_every_award_has_its_films(festival: Festival) -> None:
    closed(festival)
    for place, award in enumerate(FILMS):
        reveal(award, ms(ENDED_AT) + place * 1_000)
    files = pack()
    found = said(files)
    assert found["status"] == "revealed"
    assert {award["award"]: tuple(film["entry"] for film in award["places"]) for award in found["awards"]} == FILMS
    assert found["awards"][0]["places"][0]["score"] == "47/6"
    assert [film["views"] for film in found["awards"][2]["places"]] == [300, 500]
    assert (found["metrics"]["views"], found["metrics"]["likes"]) == (977_531 + 500 + 400 + 300, 46)
    assert leaked(files, *FILMS) == set()


def test_what_is_revealed_makes_a_new_report_and_nothing_new_makes_none(festival: Festival) -> None:
    closed(festival)
    publish(*QUICK)
    assert publish(*QUICK) == {"published": 0, "skipped": 3}
    reveal("favourite")
    assert publish(*QUICK) == {"published": 1, "skipped": 2}, "the region's and the live's say nothing of the festival"
    assert publish(*QUICK) == {"published": 0, "skipped": 3}


def test_a_sealed_festivals_report_needs_no_stored_batch(festival: Festival) -> None:
    """They expire some weeks later, and the report stays as it is."""
    closed(festival)
    before = said(pack())
    service = runtime.service()
    with refused(service._dynamodb, "Query", "ProvisionedThroughputExceededException", is_of_reactions):
        assert said(pack()) == before


def is_of_reactions(request: dict[str, Any]) -> bool:
    return bool(json.loads(request["body"])["TableName"] == runtime.service().settings.reactions_table)


def test_a_campaign_without_a_festival_is_published_without_a_look_at_stored_batches(
    cloud: LocalCloud, campaign: Campaign
) -> None:
    """As ever: what a festival needs is read for festivals only."""
    cloud.apply(campaign)
    with refused(runtime.service()._dynamodb, "Query", "ProvisionedThroughputExceededException", is_of_reactions):
        assert publish(*QUICK) == {"published": 3, "skipped": 0}
    body = runtime.service().reports.read(f"{CAMPAIGN}/campaign/19700101T000001Z/report.json")
    assert body is not None
    assert "festival" not in json.loads(body.body)


def test_a_batch_that_cannot_be_read_is_named_and_stops_no_report(festival: Festival) -> None:
    """It stops the closing. Whatever else the campaign reports goes on."""
    service = runtime.service()
    table = service.settings.reactions_table
    items = service._dynamodb.scan(TableName=table)["Items"]
    (item,) = (each for each in items if each["sk"]["S"].endswith("e-1"))
    service._dynamodb.put_item(TableName=table, Item={**item, "packed": {"B": b"\x01nothing"}})
    files = pack()
    found = said(files)
    assert (found["unreadable"], found["entries"]["numbers"]["entries"]) == (1, 1)
    assert 'id="festival-unreadable"' in files["report.ja.html"]


def test_an_older_read_never_takes_the_place_of_a_newer_report(festival: Festival) -> None:
    """Two runs at once: the one that has read before an award was revealed comes last."""
    closed(festival)
    publish(*QUICK)
    with meanwhile("GetObject", reads_latest, revealed_and_published) as newest:
        assert publish(*QUICK) == {"published": 0, "skipped": 3}
    assert newest == [said(pack())]


def reads_latest(request: dict[str, Any]) -> bool:
    return f"{CAMPAIGN}/campaign/latest.json" in request["url"]


def revealed_and_published() -> dict[str, Any]:
    reveal("favourite")
    return said(pack())
