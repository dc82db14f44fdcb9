"""`locallove replay`: recordings through the real endpoint, into lives of their own."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from chalicelib.domain import campaigns
from chalicelib.domain.reactions import Reaction
from chalicelib.domain.tally import OF_REACTIONS
from locallove.__main__ import main
from locallove.cloud.local import LocalCloud, local_cloud
from locallove.sources import tiktok_live
from locallove.sources.as_campaign import as_campaign, live_id
from locallove.sources.recording import Recording

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MAP = "id=seq,at=unix_s,value=cents"


def like(at: str, market: str | None = None) -> Reaction:
    return Reaction("r1", "like", at, "u1", market)


def replay(*arguments: str, secret: str | None = None) -> Result:
    return CliRunner().invoke(main, ["replay", *arguments], env={"LOCALLOVE_SECRET": secret})


@pytest.fixture
def running() -> Iterator[LocalCloud]:
    with local_cloud() as cloud:
        yield cloud


@pytest.fixture
def gifts(tmp_path: Path) -> str:
    """Three gifts of 2014, worth 600."""
    file = tmp_path / "Charity Marathon.csv"
    file.write_text("seq,unix_s,cents\n1,1388723475,100\n2,1388723476,200\n3,1388809876,300\n")
    return str(file)


@pytest.mark.needs("data")
def test_every_room_of_a_recording_is_counted_as_its_totals_say(running: LocalCloud, data: Path) -> None:
    """Each room is a live of its own; the recording's own totals are what comes out at the other end."""
    file = data / "tiktok-live" / "flat-by-create-time.ndjson"
    with file.open("rb") as lines:
        campaign = as_campaign(tiktok_live.read(lines, file.name), datetime.now(UTC))
    running.apply(campaign)
    result = replay(str(file), "--url", running.url, "--campaign", campaign.id, "--json", secret=running.add_sender(campaign.id))
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    totals = json.loads((data / "tiktok-live" / "totals.json").read_text())
    assert answer["counted"] == {"like": 1291, "comment": 121, "gift": 133, "gift_value": 275}
    assert {live: of["counted"] for live, of in answer["lives"].items()} == {
        room: dict(zip(OF_REACTIONS, (of["like"], of["comment"], of["gift"], of["gift_diamonds"]), strict=True))
        for room, of in totals["by_room"].items()
    }
    assert answer["ignored"] == {"member": 127, "social": 98, "roomuser": 144}


def test_a_recording_becomes_a_campaign_that_a_file_could_have_defined() -> None:
    """Windows are those of the recording, however long ago; every live takes batches for a day from now on."""
    recording = Recording({"old": (like("2013-12-27T02:36:29.000Z", "JP"), like("2014-03-24T19:46:02.000Z", "??"))})
    campaign = as_campaign(recording, NOW)
    read, problems = campaigns.read(json.loads(msgspec.json.encode(campaign)))
    assert problems == []
    assert read == campaign
    (live,) = campaign.lives
    assert live.starts_at == datetime(2013, 12, 27, 2, 36, tzinfo=UTC)
    assert live.ends_at == datetime(2014, 3, 24, 19, 47, tzinfo=UTC)
    assert live.closes_at_ms == int((NOW + timedelta(days=1)).timestamp()) * 1000
    assert campaign.market_codes == ("JP", "ZZ")


def test_a_recording_of_the_future_can_be_replayed_too() -> None:
    """Clocks of recorders run ahead; closing still lies after the end."""
    (live,) = as_campaign(Recording({"ahead": (like("2030-01-01T00:00:59.999Z"),)}), NOW).lives
    assert live.closes_at_ms > live.end_minute * 60_000


@pytest.mark.parametrize("name", ["7286102124565023493", "agdq2014"])
def test_a_name_that_can_be_an_id_is_the_id(name: str) -> None:
    """Rooms keep their platform's number."""
    assert live_id(name) == name


def test_other_names_become_ids_that_stay_apart() -> None:
    """Upper case, blanks, Japanese, nothing at all, or too long."""
    names = ["Charity Marathon", "charity marathon", "配信", "部屋", "", "../x", "a" * 65, "a" * 66]
    ids = [live_id(name) for name in names]
    assert len(set(ids)) == len(names)
    campaign = as_campaign(Recording({each: (like("2023-02-11T10:00:03.120Z"),) for each in ids}), NOW)
    assert campaigns.read(json.loads(msgspec.json.encode(campaign)))[1] == []


def test_a_mapped_file_is_counted_in_a_live_named_after_it(gifts: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Without an address a pipeline is started for it and ended; what the sending process prints is the answer."""
    result = replay(gifts, "--kind", "gift", "--map", MAP, "--json")
    assert result.exit_code == 0
    answer = json.loads(capfd.readouterr().out)
    figures = {"like": 0, "comment": 0, "gift": 3, "gift_value": 600}
    ((live, of),) = answer["lives"].items()
    assert live.startswith("charity-marathon-")
    assert of == {"sent": figures, "counted": figures}
    assert (answer["sent"], answer["counted"], answer["equal"]) == (figures, figures, True)


@pytest.mark.needs("data")
def test_every_comment_of_a_recorded_chat_is_counted(data: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """3,650 comments in Japanese, to the second, many alike; their text appears nowhere."""
    file = data / "chat-ja" / "comments.ndjson"
    taken = "at=published_at_local,user=author,text=message"
    result = replay(str(file), "--kind", "comment", "--map", taken, "--zone", "UTC", "--live", "chat", "--json")
    assert result.exit_code == 0
    said = capfd.readouterr().out
    figures = {"like": 0, "comment": 3650, "gift": 0, "gift_value": 0}
    assert json.loads(said)["lives"] == {"chat": {"sent": figures, "counted": figures}}
    assert said.isascii()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--kind", "gift"), "--kind and --map go together"),
        (("--map", "at=unix_s"), "--kind and --map go together"),
        (("--kind", "gift", "--map", "when=unix_s"), "--map: a gift has no 'when'"),
        (("--kind", "gift", "--map", "at=unix_s", "--zone", "Mars"), "--zone Mars is not a zone"),
        (("--kind", "gift", "--map", "at=unix_s", "--zone", "../etc"), "--zone ../etc is not a zone"),
        (("--kind", "gift", "--map", "at=seq"), ":2: seq is not a moment"),
        (("--kind", "gift", "--map", "at=second"), ":2: second is empty"),
        ((), ":1: JSON is malformed"),
        (("--kind", "gift", "--map", MAP, "--url", "http://127.0.0.1:9"), "--url needs --campaign"),
        (("--kind", "gift", "--map", MAP, "--url", "http://127.0.0.1:9", "--campaign", "x"), "cannot be read"),
    ],
)
def test_what_makes_no_sense_is_one_clear_line_and_2(gifts: str, arguments: tuple[str, ...], said: str) -> None:
    """Nothing is started and nothing sent."""
    result = replay(gifts, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "said"), [("missing.csv", "No such file"), ("", "Is a directory"), ("empty.csv", "no reactions")]
)
def test_a_file_that_is_not_there_is_one_clear_line_and_2(tmp_path: Path, name: str, said: str) -> None:
    """A missing file, a folder, a file without lines."""
    (tmp_path / "empty.csv").touch()
    result = replay(str(tmp_path / name))
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_an_unknown_live_is_one_clear_line_and_2(running: LocalCloud, gifts: str) -> None:
    """A recording goes only where the campaign has a live for it."""
    running.apply(as_campaign(Recording({"other": (like("2023-02-11T10:00:03.120Z"),)}), datetime.now(UTC)))
    result = replay(gifts, "--kind", "gift", "--map", MAP, "--url", running.url, "--campaign", "replay", "--live", "here")
    assert result.exit_code == 2
    assert "has no live 'here'; it has " in result.stderr
