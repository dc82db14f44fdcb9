"""What a platform posts to a festival over HTTP: entries, votes and views, what is refused and what is set aside."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest
from client import Answer, problem, request
from festivals import ENDED_AT, ENTRIES_CLOSE, ENTRIES_OPEN, entry, festival_campaign, vote
from samples import signed_headers

from chalicelib import runtime
from chalicelib.domain import channels, entries
from chalicelib.domain.channels import Part
from chalicelib.domain.entries import MAX_HASHTAG_BYTES
from locallove.cloud.local import LocalCloud, local_cloud


@dataclass
class Posting:
    """A platform that posts to a festival which still takes everything."""

    cloud: LocalCloud
    campaign: str
    secret: str
    numbers: "count[int]" = field(default_factory=count)

    def post(self, part: Part, *items: Any, batch: str | None = None, packed: bool = False, **fields: Any) -> Answer:
        text = json.dumps({"festival": self.campaign, part: items, **fields}).encode()
        headers = signed_headers(self.secret, batch or f"b-{next(self.numbers)}", text)
        if packed:
            headers["content-type"] = "application/gzip"
        body = gzip.compress(text) if packed else text
        return request(f"{self.cloud.url}/v1/festivals/{self.campaign}/{part}", body, headers)

    def entered(self, **fields: Any) -> list[str]:
        """The reasons for which an entry is set aside, none where it is eligible."""
        answer = self.post("entries", entry(f"film-{next(self.numbers)}", **fields))
        assert answer.status == 202
        assert (answer.json["accepted"], answer.json["rejected"]) == (1, 0)
        assert answer.json["set_aside"] == len(answer.json["remarks"])
        return [reason for remark in answer.json["remarks"] for reason in remark["reasons"]]


@pytest.fixture(scope="module")
def posting() -> Iterator[Posting]:
    campaign = festival_campaign(late_minutes=100 * 24 * 60)
    with local_cloud(background=False) as cloud:
        cloud.apply(campaign)
        yield Posting(cloud, campaign.id, cloud.add_sender(campaign.id))


def test_an_eligible_entry_gets_a_receipt_and_the_same_again(posting: Posting) -> None:
    first, again = (posting.post("entries", entry("film-1"), batch="same", packed=packed) for packed in (False, True))
    assert (first.status, again.status) == (202, 200)
    assert again.json == {**first.json, "replayed": True}
    assert first.json["of"] == "entries"
    other = posting.post("entries", entry("film-1", caption="another"), batch="same")
    assert problem(other) == (409, "batch-conflict")


def test_not_attested(posting: Posting) -> None:
    assert posting.entered(attested=False) == ["not-attested"]


@pytest.mark.parametrize("written", ["#ТТ映画祭2021", "#T\u200bT映画祭2021", "#TT映画祭2O21", "#ttFilmFestivaI2021"])
def test_hashtag_with_a_look_alike(posting: Posting, written: str) -> None:
    """Cyrillic letters, a zero-width space, a letter for a digit: told from a hashtag that is simply another."""
    assert posting.entered(hashtags=[written]) == ["look-alike"]
    assert posting.entered(hashtags=["#film", "2021"]) == ["no-hashtag"]


def test_full_width_hashtag(posting: Posting) -> None:
    for written in ("#ＴＴ映画祭２０２１", "＃tt映画祭2021", "TTFILMFESTIVAL2021"):
        assert posting.entered(hashtags=["#film", written]) == []


def test_posted_one_second_early_or_late(posting: Posting) -> None:
    second = timedelta(seconds=1)
    assert posting.entered(posted_at=(ENTRIES_OPEN - second).isoformat()) == ["too-early"]
    assert posting.entered(posted_at=ENTRIES_OPEN.isoformat()) == []
    assert posting.entered(posted_at=(ENTRIES_CLOSE - second).isoformat()) == []
    assert posting.entered(posted_at=ENTRIES_CLOSE.isoformat()) == ["too-late"]


def test_14_9_s_and_600_1_s(posting: Posting) -> None:
    durations: list[tuple[float, list[str]]] = [(14.9, ["too-short"]), (15, []), (600, []), (600.1, ["too-long"])]
    for duration, reasons in durations:
        assert posting.entered(duration=duration) == reasons


def test_every_reason_is_named(posting: Posting) -> None:
    late = (ENTRIES_CLOSE + timedelta(days=1)).isoformat()
    assert posting.entered(attested=False, hashtags=[], posted_at=late, duration=1) == [
        "not-attested", "no-hashtag", "too-late", "too-short",
    ]  # fmt: skip


def test_a_birth_date_is_refused(posting: Posting) -> None:
    answer = posting.post("entries", entry("film-1", born="2010-01-01"))
    assert problem(answer) == (422, "nothing-valid")
    assert answer.json["problems"] == [{"pointer": "/entries/0/born", "detail": "is not a known field"}]


def test_one_bad_item_does_not_lose_the_good_ones(posting: Posting) -> None:
    answer = posting.post("votes", vote(1, "a"), vote(2, "a", award="grand-prix"), vote(3, "a", at="noon"), vote(1, "b"))
    assert (answer.status, answer.json["accepted"], answer.json["rejected"]) == (202, 1, 3)
    assert [each["pointer"] for each in answer.json["problems"]] == ["/votes/1/award", "/votes/2/at", "/votes/3/id"]


def test_a_batch_of_another_festival_is_refused(posting: Posting) -> None:
    answer = posting.post("votes", vote(1, "a"), festival="another")
    assert problem(answer) == (422, "nothing-valid")
    assert answer.json["problems"][0]["pointer"] == "/festival"


def test_a_batch_of_votes_is_none_of_entries(posting: Posting) -> None:
    """What is signed for one address is not taken at another."""
    text = json.dumps({"festival": posting.campaign, "votes": [vote(1, "a")]}).encode()
    answer = request(
        f"{posting.cloud.url}/v1/festivals/{posting.campaign}/entries", text, signed_headers(posting.secret, "b-other", text)
    )
    assert problem(answer) == (422, "nothing-valid")


def test_metrics_for_an_unknown_entry(posting: Posting) -> None:
    """They are kept: nobody knows yet which entries there will be. The result says how much there is of them."""
    reading = {"entry": "nobody", "views": 1, "likes": 0}
    answer = posting.post("metrics", reading, at=ENDED_AT.isoformat())
    assert (answer.status, answer.json["accepted"], answer.json["set_aside"]) == (202, 1, 0)
    late = posting.post("metrics", reading, at=(ENDED_AT + timedelta(seconds=1)).isoformat())
    assert late.json["remarks"] == [{"id": "nobody", "reasons": ["too-late"]}]


def test_while_people_vote_only_the_number_of_votes_is_shown(posting: Posting) -> None:
    """By minute and award in the totals; by award for anyone; a batch that is sent twice once."""
    campaign = msgspec.structs.replace(festival_campaign(late_minutes=100 * 24 * 60), id="polled", lives=())
    posting.cloud.apply(campaign)
    ours = Posting(posting.cloud, campaign.id, posting.cloud.add_sender(campaign.id))
    for _ in range(2):
        ours.post("votes", *(vote(number, "a") for number in range(70)), batch="v-1")
    ours.post("votes", vote(100, "b", at=ENDED_AT.isoformat()), vote(101, "a"))
    ours.post("votes", vote(200, "b"), rehearsal=True)
    posting.cloud.pump.drain()
    standings = request(f"{posting.cloud.url}/v1/festivals/{campaign.id}/standings").json
    by_award = [{"award": "favourite", "received": 71}]
    assert standings["votes"] == {"received": 71, "by_award": by_award, "outside": 1, "rehearsal": 1}
    assert (standings["status"], standings["seal"]) == ("ended", None)
    assert [award["winner"] for award in standings["awards"]] == [None] * 3
    channel = channels.of_festival(campaign, "votes")
    assert channel is not None
    rows = [row for row in runtime.service().totals.rows(channel.id, consistent=True) if row.minute is not None]
    assert sorted(row.markets["favourite"].vote for row in rows if channel.covers(row.minute or 0)) == [11, 60]


@pytest.mark.needs("data")
def test_naughty_strings_as_captions_and_hashtags(posting: Posting, data: Path) -> None:
    """Each is kept as it is, or named by its pointer; none is a 500."""
    strings: list[str] = json.loads((data / "naughty-strings" / "blns.json").read_text("utf-8"))
    kept = {f"naughty-{number}": text for number, text in enumerate(strings)}
    long = [place for place, text in enumerate(strings) if len(text.encode()) > MAX_HASHTAG_BYTES]
    films = [entry(name, caption=text, hashtags=[text, "#TT映画祭2021"]) for name, text in kept.items()]
    answer = posting.post("entries", *films, batch="naughty")
    assert (answer.status, answer.json["accepted"], answer.json["rejected"]) == (202, len(strings) - len(long), len(long))
    assert [each["pointer"] for each in answer.json["problems"]] == [f"/entries/{place}/hashtags/0" for place in long]
    for place in long:
        del kept[f"naughty-{place}"]
    broken = posting.post("entries", entry("half", caption="\ud83d"), entry("whole"))
    assert [each["pointer"] for each in broken.json["problems"]] == ["/entries/0/caption"]
    channel = channels.of_festival(festival_campaign(), "entries")
    assert channel is not None
    from_table = [each for each in runtime.service().reactions.of_channel(channel) if each.batch == "naughty"]
    assert {each.id: each.caption for each in entries.unpack(from_table[0].packed)} == kept
