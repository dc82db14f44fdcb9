"""`locallove sentiment`: from kept comments or a file of posts to the share in a report, and every way a table is wrong."""

import csv
import json
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result
from flows.closed import Closed, closed_campaign
from operate.taken_out import LATER, taken_out
from samples import LIVE, sample_campaign
from web.posting import OTHER, Platform, three_lives

from chalicelib import runtime
from chalicelib.domain.coverage import Stated
from chalicelib.domain.donations import Words
from chalicelib.domain.registers import Registers
from chalicelib.domain.sentiment import wilson_permille
from chalicelib.flows.decisions import Decision
from chalicelib.render.tables import guarded
from locallove.__main__ import main
from locallove.cloud.local import LocalCloud, local_cloud
from locallove.operate.drawing import Text, draw
from locallove.sources.recording import fitting_text

CAMPAIGN = "test-campaign"
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1",
    "@all",
    "－1",
    "a\nb\r\nc",
    'say "hi", twice',
    "\0",
    "😀" * 256,
    "\t=1",
    "'=1",
    "<b>&amp;</b>",
)

Row = dict[str, str]


@pytest.fixture
def keeping() -> Iterator[Platform]:
    with local_cloud(background=False) as cloud:
        yield Platform.of(cloud, msgspec.structs.replace(three_lives(), keep_text=True))


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    """A file of ten posts."""
    file = tmp_path / "posts.csv"
    file.write_text("text,language,user\n" + "".join(f"post {number},ja,somebody\n" for number in range(10)), "utf-8")
    return file


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["sentiment", *map(str, arguments)])


def say(platform: Platform, *texts: str, batch: str | None = None, first: int = 0, **fields: Any) -> None:
    said = [platform.like(first + place, kind="comment", text=text, **fields) for place, text in enumerate(texts)]
    assert platform.post(platform.text(*said), batch=batch).status == 202


def sampled(file: Path, *options: str | Path) -> list[Row]:
    done = run("sample", "--out", file, *options)
    assert done.exit_code == 0, done.output
    return rows_of(file)


def rows_of(file: Path) -> list[Row]:
    return list(csv.DictReader(StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))


def of_posts(file: Path, posts: Path, *options: str) -> list[Row]:
    return sampled(file, "--posts", posts, "--source", "posts of a week", "--campaign", CAMPAIGN, *options)


def judged(row: Row, first: str, second: str | None = None, settled: str = "", language: str = "ja") -> Row:
    return {**row, "coder_1": first, "coder_2": second or first, "settled": settled, "language": language}


def filled(file: Path, rows: list[Row]) -> Path:
    """The table as a spreadsheet gives it back."""
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return file


def published(cloud: LocalCloud, scope: str = "campaign") -> dict[str, bytes]:
    """The files of the newest report, by name."""
    cloud.publish()
    reports, prefix = runtime.service().reports, f"{CAMPAIGN}/{scope}"
    latest = reports.read(f"{prefix}/latest.json")
    assert latest is not None
    folder = f"{prefix}/{json.loads(latest.body)['folder']}/"
    return {key.removeprefix(folder): found.body for key in reports.keys(folder) if (found := reports.read(key))}


def listed(*options: str) -> str:
    done = run("list", "--campaign", CAMPAIGN, *options)
    assert done.exit_code == 0, done.output
    return done.stdout


def shown(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.decode()))


def test_a_coded_sample_of_400_prints_its_share_and_interval_into_the_reports(keeping: Platform, tmp_path: Path) -> None:
    for start in range(0, 500, 100):
        say(keeping, *(f"secret words {number}" for number in range(start, start + 100)), first=start, user="viewer-known")
    keeping.totals()
    rows = sampled(tmp_path / "s.csv", "--live", LIVE)
    assert len(rows) == 400
    alike = [judged(row, "negative") for row in rows[:20]] + [judged(row, "neutral") for row in rows[20:150]]
    settled = [judged(row, "positive", "negative", "negative", "ko") for row in rows[150:156]]
    done = run(
        "import",
        filled(tmp_path / "c.csv", alike + settled + [judged(row, "positive") for row in rows[156:]]),
        "--campaign",
        CAMPAIGN,
    )
    assert (done.exit_code, done.stderr) == (0, "")
    assert "374 of 400 positive or neutral: 93.5%, 95% interval 90.6% to 95.6%; both coders alike: 98.5%" in done.stdout
    for scope in ("campaign", "region-kumamoto", f"live-{LIVE}"):
        files = published(keeping.cloud, scope)
        for said, page in (("95%信頼区間 90.6%〜95.6%", "report.ja.html"), ("95% interval 90.6% – 95.6%", "report.en.html")):
            text = shown(files[page])
            assert text.count(said) == 2, "in the card and in the table"
            assert "93.5%" in text
            assert "98.5%" in text
        assert "500件中400件" in shown(files["report.ja.html"])
        assert "日本語、韓国語" in shown(files["report.ja.html"])
        (found,) = json.loads(files["report.json"])["sentiment"]
        assert (found["favourable_permille"], found["low_permille"], found["high_permille"]) == (935, 906, 956)
        assert (found["sample"], found["population"], found["live"]) == (400, 500, LIVE)
        for each in files.values():
            assert b"secret words" not in each
            assert b"viewer-known" not in each
    other = published(keeping.cloud, f"live-{OTHER}")
    assert json.loads(other["report.json"])["sentiment"] == []
    assert "Not measured" in shown(other["report.en.html"])


def test_without_a_sample_a_report_says_not_measured(cloud: LocalCloud) -> None:
    cloud.apply(sample_campaign())
    files = published(cloud)
    assert "未測定" in shown(files["report.ja.html"])
    assert "Not measured" in shown(files["report.en.html"])
    assert '<dd id="favourable">Not measured</dd>' in files["report.en.html"].decode()


def test_several_samples_stand_side_by_side_and_make_no_headline(cloud: LocalCloud, posts: Path, tmp_path: Path) -> None:
    cloud.apply(sample_campaign())
    for name, judgement in (("a week", "positive"), ("a year", "negative")):
        rows = sampled(tmp_path / name, "--posts", posts, "--source", name, "--campaign", CAMPAIGN)
        assert (
            run("import", filled(tmp_path / name, [judged(row, judgement) for row in rows]), "--campaign", CAMPAIGN).exit_code
            == 0
        )
    page = published(cloud)["report.en.html"].decode()
    assert '<dd id="favourable">–</dd>' in page
    assert "a week" in page
    assert "a year" in page
    assert "50.0%" not in page
    assert json.loads(published(cloud, "region-kumamoto")["report.json"])["sentiment"] == []


def test_a_new_sample_of_the_same_origin_takes_the_place_of_the_former(cloud: LocalCloud, posts: Path, tmp_path: Path) -> None:
    cloud.apply(sample_campaign())
    rows = of_posts(tmp_path / "s.csv", posts)
    for judgement in ("positive", "negative"):
        filled(tmp_path / "c.csv", [judged(row, judgement) for row in rows])
        assert run("import", tmp_path / "c.csv", "--campaign", CAMPAIGN).stdout.startswith("on record: ")
    assert [each.negative for each in runtime.service().registered.get(CAMPAIGN).sentiment] == [10]


def test_the_same_file_twice_changes_nothing(cloud: LocalCloud, posts: Path, tmp_path: Path) -> None:
    cloud.apply(sample_campaign())
    filled(tmp_path / "c.csv", [judged(row, "neutral") for row in of_posts(tmp_path / "s.csv", posts)])
    first = run("import", tmp_path / "c.csv", "--campaign", CAMPAIGN, "--json")
    before = runtime.service().registered.get(CAMPAIGN)
    again = run("import", tmp_path / "c.csv", "--campaign", CAMPAIGN)
    assert again.stdout.startswith("on record already: 10 of 10")
    assert runtime.service().registered.get(CAMPAIGN) == before
    assert before.revision == 1
    assert json.loads(first.stdout) == msgspec.to_builtins(before.sentiment[0]) | {"languages": ["ja"]}


def test_posts_about_one_live_are_put_to_it(cloud: LocalCloud, posts: Path, tmp_path: Path) -> None:
    cloud.apply(sample_campaign())
    filled(tmp_path / "c.csv", [judged(row, "neutral") for row in of_posts(tmp_path / "s.csv", posts)])
    assert run("import", tmp_path / "c.csv", "--campaign", CAMPAIGN, "--live", LIVE).exit_code == 0
    assert [each.live for each in runtime.service().registered.get(CAMPAIGN).sentiment] == [LIVE]


def test_a_draw_from_posts_says_that_its_campaign_was_not_checked(posts: Path, tmp_path: Path) -> None:
    done = run("sample", "--posts", posts, "--source", "s", "--campaign", "nope", "--out", tmp_path / "s.csv")
    assert done.exit_code == 0
    assert "\nnot checked: whether a campaign 'nope' is in force" in done.stdout
    assert "only `import` checks it" in re.sub(r"\s+", " ", run("sample", "--help").stdout)


def test_a_sample_can_be_listed_and_taken_back(cloud: LocalCloud, posts: Path, tmp_path: Path) -> None:
    """Each by its live and source; the next report does without it, and the revision goes on growing."""
    cloud.apply(sample_campaign())
    rows = [judged(row, "neutral") for row in of_posts(tmp_path / "s.csv", posts)]
    filled(tmp_path / "c.csv", rows)
    for options in ((), ("--live", LIVE)):
        assert run("import", tmp_path / "c.csv", "--campaign", CAMPAIGN, *options).exit_code == 0
    before = runtime.service().registered.get(CAMPAIGN)
    share = "10 of 10 positive or neutral: 100.0%, 95% interval 72.2% to 100.0%; both coders alike: 100.0%"
    day = before.sentiment[0].on
    about = f"{day}  'posts of a week' about"
    assert listed().splitlines() == [f"{about} the whole campaign: {share}", f"{about} {LIVE}: {share}"]
    shown_as_json = json.loads(listed("--json"))
    assert (shown_as_json["campaign"], shown_as_json["revision"]) == (CAMPAIGN, 2)
    assert shown_as_json["sentiment"] == json.loads(msgspec.json.encode(before.sentiment))
    assert "100.0%" in shown(published(cloud, f"live-{LIVE}")["report.en.html"])
    done = run("remove", "--campaign", CAMPAIGN, "--live", LIVE, "--source", "posts of a week")
    assert (done.exit_code, done.stdout) == (0, f"removed: 'posts of a week' about {LIVE}\n")
    assert listed().splitlines() == [f"{about} the whole campaign: {share}"]
    assert json.loads(published(cloud, f"live-{LIVE}")["report.json"])["sentiment"] == []
    assert run("remove", "--campaign", CAMPAIGN, "--source", " posts of a week").exit_code == 0
    assert listed() == "no sample is on record\n"
    after = runtime.service().registered.get(CAMPAIGN)
    assert after == msgspec.structs.replace(before, revision=4, sentiment=())


def test_the_sample_of_a_lives_comments_is_taken_back_by_its_live(keeping: Platform, tmp_path: Path) -> None:
    """With or without the word `comments`; what coverage and others have put on record stays."""
    say(keeping, "words")
    filled(tmp_path / "c.csv", [judged(row, "positive") for row in sampled(tmp_path / "s.csv", "--live", LIVE)])
    registered = runtime.service().registered
    figure = Stated(Words("視聴者", "Viewers"), 5, Words("人", "people"), "2023-02-12", "見本", None)
    registered.put(CAMPAIGN, registered.get(CAMPAIGN), Registers(stated=(figure,)))
    for options in (("--live", LIVE), ("--live", LIVE, "--source", "comments")):
        assert run("import", tmp_path / "c.csv", "--campaign", CAMPAIGN).exit_code == 0
        done = run("remove", "--campaign", CAMPAIGN, *options)
        assert (done.exit_code, done.stdout) == (0, f"removed: comments of {LIVE}\n")
    assert registered.get(CAMPAIGN) == Registers(5, stated=(figure,))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "either --live, or --source, or both"),
        (("--source", "comments"), "either --live, or --source, or both"),
        (("--source", "a week"), f"{CAMPAIGN} has no sample of 'a week' about the whole campaign on record"),
        (("--live", LIVE), f"{CAMPAIGN} has no sample of comments of {LIVE} on record"),
        (
            ("--live", OTHER, "--source", "posts of a week"),
            f"{CAMPAIGN} has no sample of 'posts of a week' about {OTHER} on record",
        ),
        (("--campaign", "nowhere", "--live", LIVE), "no campaign 'nowhere' is in force"),
    ],
)
def test_a_sample_that_is_not_on_record_cannot_be_taken_back(
    cloud: LocalCloud, posts: Path, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    cloud.apply(sample_campaign())
    filled(tmp_path / "c.csv", [judged(row, "neutral") for row in of_posts(tmp_path / "s.csv", posts)])
    assert run("import", tmp_path / "c.csv", "--campaign", CAMPAIGN).exit_code == 0
    done = run("remove", "--campaign", CAMPAIGN, *options)
    assert (done.exit_code, done.stdout, said in done.stderr) == (2, "", True), done.stderr
    assert runtime.service().registered.get(CAMPAIGN).revision == 1


def test_a_live_that_was_taken_out_has_no_sample(cloud: LocalCloud, posts: Path, tmp_path: Path) -> None:
    taken_out(cloud)
    filled(tmp_path / "c.csv", [judged(row, "neutral") for row in of_posts(tmp_path / "s.csv", posts)])
    for done in (
        run("import", tmp_path / "c.csv", "--campaign", CAMPAIGN, "--live", LATER),
        run("sample", "--live", LATER, "--out", tmp_path / "t.csv"),
    ):
        assert (done.exit_code, repr(LATER) in done.stderr) == (2, True), done.output


def test_each_comment_that_counts_can_be_drawn_once_and_no_other(keeping: Platform, tmp_path: Path) -> None:
    """A copy in a second batch, what is outside the window, a rehearsal, another live's, and what says nothing are not drawn."""
    say(keeping, "one", "two", " ")
    say(keeping, "one again", "two again", "three")
    say(keeping, "too late", first=3600)
    rehearsed = keeping.like(9, kind="comment", text="rehearsed")
    assert keeping.post(keeping.text(rehearsed, rehearsal=True)).status == 202
    text = keeping.text(keeping.like(8, kind="comment", text="elsewhere"), live=OTHER)
    assert keeping.post(text, live=OTHER).status == 202
    assert keeping.post(keeping.text(keeping.like(10), keeping.like(11, kind="comment"))).status == 202
    rows = sampled(tmp_path / "s.csv", "--live", LIVE)
    assert sorted(row["text"] for row in rows) == ["one", "two"]
    assert {row["drawn"].partition(",")[0] for row in rows} == {"2 of 2"}


def test_hostile_texts_come_through_as_they_are_and_nothing_runs(keeping: Platform, tmp_path: Path) -> None:
    say(keeping, *HOSTILE)
    done = run("sample", "--live", LIVE, "--out", tmp_path / "s.csv")
    assert done.exit_code == 0
    rows = rows_of(tmp_path / "s.csv")
    assert Counter(row["text"] for row in rows) == Counter(map(guarded, HOSTILE))
    assert not any(row["text"].startswith(tuple("=+-@\t\r\n＝＋－＠")) for row in rows)
    filled(tmp_path / "c.csv", [judged(row, "neutral", language="zxx") for row in rows])
    found = run("import", tmp_path / "c.csv", "--campaign", CAMPAIGN, "--json")
    assert (json.loads(found.stdout)["sample"], json.loads(found.stdout)["languages"]) == (len(HOSTILE), [])
    assert not any(text in done.output + found.output for text in HOSTILE if len(text) > 2)


@pytest.mark.needs("data")
def test_real_comments_come_through_as_they_are(data: Path, tmp_path: Path) -> None:
    with (data / "chat-ja" / "comments.ndjson").open("rb") as lines:
        texts = [fitting_text(json.loads(line)["message"]) for line in lines]
    posts = tmp_path / "posts.csv"
    with posts.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([["text"], *([text] for text in texts)])
    rows = of_posts(tmp_path / "s.csv", posts, "--size", "100000")
    same = Counter(row["text"] for row in rows) == Counter(guarded(text) for text in texts if text.strip())
    assert same, "the texts are not shown here"
    assert len(rows) > 3_000


def test_the_table_is_as_spreadsheets_read_it_and_has_no_users(keeping: Platform, tmp_path: Path) -> None:
    say(keeping, "がんばれ", user="somebody-known", id="r-known")
    (row,) = sampled(tmp_path / "s.csv", "--live", LIVE)
    body = (tmp_path / "s.csv").read_bytes()
    assert body.startswith(b"\xef\xbb\xbfnumber,text,language,coder_1,coder_2,settled,drawn\r\n")
    assert list(row.values())[:6] == ["1", "がんばれ", "", "", "", ""]
    assert re.fullmatch(rf"1 of 1, drawn \d{{4}}-\d\d-\d\d, campaign {CAMPAIGN}, comments of {LIVE}", row["drawn"])
    assert b"known" not in body
    assert keeping.kept("batch-0")[0].id_hash.hex().encode() not in body


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_only_its_owner_may_read_the_table_whatever_the_umask(
    posts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, umask: int
) -> None:
    """And nobody could for a moment: what is set right afterwards was never wider."""
    narrow, moments = os.fchmod, []

    def watched(file: int, mode: int) -> None:
        moments.append(stat.S_IMODE(os.fstat(file).st_mode))
        narrow(file, mode)

    monkeypatch.setattr(os, "fchmod", watched)
    before = os.umask(umask)
    try:
        done = run("sample", "--posts", posts, "--source", "s", "--campaign", CAMPAIGN, "--out", tmp_path / "s.csv")
    finally:
        os.umask(before)
    assert done.exit_code == 0
    assert stat.S_IMODE((tmp_path / "s.csv").stat().st_mode) == 0o600
    assert moments == [0o600 & ~umask]


def test_a_seed_draws_the_same_again_and_another_something_else(keeping: Platform, tmp_path: Path) -> None:
    say(keeping, *(f"words {number}" for number in range(50)))
    one, same, other = (
        [row["text"] for row in sampled(tmp_path / name, "--live", LIVE, "--size", "10", "--seed", seed)]
        for name, seed in (("a", "7"), ("b", "7"), ("c", "8"))
    )
    assert one == same
    assert one != other
    assert len(set(one)) == 10
    by_chance = run("sample", "--live", LIVE, "--size", "10", "--out", tmp_path / "d")
    assert re.fullmatch(r"drawn: 10 of 50 texts, seed \d+; written to .*\n", by_chance.stdout)
    (seed,) = re.findall(r"seed (\d+)", by_chance.stdout)
    assert rows_of(tmp_path / "d") == sampled(tmp_path / "e", "--live", LIVE, "--size", "10", "--seed", seed)


def test_every_text_is_drawn_about_as_often_as_any_other() -> None:
    """3,000 draws of 10 out of 40: 750 times each, give or take five standard deviations (24)."""
    texts = [Text(str(number)) for number in range(40)]
    often = Counter(each for seed in range(3_000) for each in draw(texts, 10, seed))
    assert len(often) == 40
    assert all(abs(times - 750) < 120 for times in often.values())


def test_of_fewer_texts_than_asked_for_all_are_drawn(posts: Path, tmp_path: Path) -> None:
    rows = of_posts(tmp_path / "s.csv", posts, "--size", "400")
    assert sorted(row["text"] for row in rows) == [f"post {number}" for number in range(10)]


def test_a_post_is_drawn_once_by_its_address_and_not_without_text(tmp_path: Path) -> None:
    posts = tmp_path / "posts.csv"
    posts.write_text("url,language,text\nu1,ja,one\nu1,ja,one again\n,Japanese,same\n,en,same\nu2,ja, \n\n,,\n", "utf-8-sig")
    rows = of_posts(tmp_path / "s.csv", posts)
    assert sorted((row["text"], row["language"]) for row in rows) == [("one", "ja"), ("same", ""), ("same", "en")]


def test_batches_that_the_operator_left_out_are_not_drawn(cloud: LocalCloud, tmp_path: Path) -> None:
    campaign = msgspec.structs.replace(closed_campaign(), keep_text=True)
    cloud.apply(campaign)
    closed = Closed(cloud, campaign)
    closed.send("b-1", closed.like(1, kind="comment", text="good"))
    closed.send("b-2", closed.like(2, kind="comment", text="forged"))
    closed.settle(Decision(exclude_batches=frozenset({"platform#b-2"}), exclude_because="forged"))
    assert [row["text"] for row in sampled(tmp_path / "s.csv", "--live", LIVE)] == ["good"]


def test_a_batch_that_cannot_be_read_is_named_and_its_text_is_not(keeping: Platform, tmp_path: Path) -> None:
    say(keeping, "secret words", batch="b-1")
    service = runtime.service()
    (key,) = service.reports.keys("comments/")
    service._s3.put_object(Bucket=service.settings.reports_bucket, Key=key, Body=b"secret words")
    done = run("sample", "--live", LIVE, "--out", tmp_path / "s.csv")
    assert (done.exit_code, done.stderr) == (1, "Error: platform#b-1 cannot be read: not kept comments: error\n")
    assert not (tmp_path / "s.csv").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "either --live, or --posts"),
        (("--live", LIVE, "--posts", "POSTS"), "either --live, or --posts"),
        (("--live", LIVE, "--source", "s"), "go with --posts"),
        (("--live", "nowhere-2026"), "no campaign in force has a live 'nowhere-2026'"),
        (("--live", LIVE), f"no text of comments is kept of {LIVE}: in {CAMPAIGN}, keep_text is not true"),
        (("--posts", "POSTS", "--campaign", CAMPAIGN), "needs --source"),
        (("--posts", "POSTS", "--campaign", CAMPAIGN, "--source", " "), "needs --source"),
        (("--posts", "POSTS", "--source", "s"), "needs --source, in words, and --campaign"),
        (("--posts", "POSTS", "--source", "s", "--campaign", "NO"), "and --campaign, the id"),
        (("--posts", "POSTS", "--source", "a\nb", "--campaign", CAMPAIGN), "one line of at most 200"),
        (("--posts", "POSTS", "--source", "comments", "--campaign", CAMPAIGN), "more than 'comments'"),
        (("--posts", "nowhere.csv", "--source", "s", "--campaign", CAMPAIGN), "nowhere.csv: No such file"),
    ],
)
def test_a_draw_that_cannot_be_is_refused(
    cloud: LocalCloud, posts: Path, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    cloud.apply(sample_campaign())
    done = run("sample", *(posts if each == "POSTS" else each for each in options), "--out", tmp_path / "s.csv")
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert not (tmp_path / "s.csv").exists()


def test_a_campaign_that_keeps_text_but_has_none_says_so(keeping: Platform, tmp_path: Path) -> None:
    done = run("sample", "--live", LIVE, "--out", tmp_path / "s.csv")
    assert (done.exit_code, "keep_text is true, but there are none" in done.stderr) == (2, True)


def test_an_existing_file_is_never_overwritten(posts: Path, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("mine")
    (tmp_path / "link.csv").symlink_to(tmp_path / "nowhere.csv")
    for name in ("s.csv", "link.csv"):
        done = run("sample", "--posts", posts, "--source", "s", "--campaign", CAMPAIGN, "--out", tmp_path / name)
        assert (done.exit_code, "File exists" in done.stderr) == (2, True)
    assert (tmp_path / "s.csv").read_text() == "mine"
    assert not (tmp_path / "nowhere.csv").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1: must name the columns: text"),
        (b"words,user\nsecret,b\n", "line 1, text: is missing"),
        (b"text,text\nsecret,b\n", "line 1, text: is there 2 times"),
        (b"text\n", "has no post with text"),
        (b"text\n\n\x81 secret\n", "line 3: is not UTF-8: save the file as “CSV UTF-8”"),
        ("text\n秘密".encode("cp932"), "line 2: is not UTF-8 but, it seems, Shift_JIS (cp932): save the file as “CSV UTF-8”"),
        (b'text\n"secret', "line 2: is not CSV from here on: "),
        (b"text,url\nsecret,b,c\nx,y\nsecret,\x07\n", "line 2: has 3 cells, but there are 2 columns\nline 4, url: must not have"),
    ],
    ids=["empty", "no column", "the column twice", "no posts", "not UTF-8", "Shift_JIS", "not CSV", "several"],
)
def test_a_file_of_posts_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    posts = tmp_path / "posts.csv"
    posts.write_bytes(content)
    done = run("sample", "--posts", posts, "--source", "s", "--campaign", CAMPAIGN, "--out", tmp_path / "s.csv")
    assert done.exit_code == 1
    assert all(f"{posts}: {line}" in done.stderr for line in said.splitlines())
    assert "secret" not in done.output


WANTED = "must be one of positive, neutral, negative"
LETTERS = "must be two letters of ISO 639-1 such as ja, or zxx where there are no words"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows[2].update(coder_1="good"), [f"row 3, coder_1: {WANTED}"]),
        (lambda rows: rows[2].update(coder_2=""), [f"row 3, coder_2: {WANTED}"]),
        (lambda rows: rows[2].update(coder_2="negative"), [f"row 3, settled: {WANTED}, for the coders differ"]),
        (lambda rows: rows[2].update(settled="secret"), [f"row 3, settled: {WANTED}"]),
        (lambda rows: rows[2].update(settled="negative"), ["row 3, settled: is not what both coders said"]),
        (lambda rows: rows[2].update(language=""), [f"row 3, language: {LETTERS}"]),
        (lambda rows: rows[2].update(language="secret"), [f"row 3, language: {LETTERS}"]),
        (lambda rows: rows[2].update(language="ja\nja"), [f"row 3, language: {LETTERS}"]),
        (lambda rows: rows[2].update(language="j\0"), ["line 4, language: must not have control characters (U+0000)"]),
        (lambda rows: rows[2].update(number="2"), ["row 2, number: is there twice", "row 3: is missing"]),
        (lambda rows: rows[2].update(number="11"), ["row 11, number: must be a number from 1 to 10", "row 3: is missing"]),
        (lambda rows: rows[2].update(number="secret"), ["line 4, number: must be a number from 1 to 10", "row 3: is missing"]),
        (lambda rows: rows[2].update(drawn="secret"), ["row 3, drawn: is not what the first row says"]),
        (lambda rows: rows.pop(2), ["row 3: is missing"]),
        (lambda rows: rows.append(dict(rows[2])), ["row 3, number: is there twice"]),
        (lambda rows: [row.update(coder_1="x") for row in rows[:2]], [f"row 1, coder_1: {WANTED}", f"row 2, coder_1: {WANTED}"]),
    ],
    ids=["another word", "one coder only", "differing and not settled", "settled as another word", "settled against both",
         "no language", "a word as language", "two languages", "something unseen",
         "a number twice", "too great a number", "no number", "of another draw", "a row missing",
         "a row twice", "several"],
)  # fmt: skip
def test_every_bad_row_is_named_and_nothing_is_imported(
    cloud: LocalCloud, posts: Path, tmp_path: Path, change: Callable[[list[Row]], object], said: list[str]
) -> None:
    cloud.apply(sample_campaign())
    rows = [judged(row, "positive") for row in of_posts(tmp_path / "s.csv", posts)]
    change(rows)
    done = run("import", filled(tmp_path / "c.csv", rows), "--campaign", CAMPAIGN)
    assert (done.exit_code, done.stdout) == (1, "")
    lines, file = done.stderr.splitlines(), f"{tmp_path / 'c.csv'}: "
    assert lines[-1] == f"Error: nothing imported (problems: {len(said)})"
    assert [line[: len(file + each)] for line, each in zip(lines[:-1], said, strict=True)] == [file + each for each in said]
    assert "secret" not in done.output
    assert "post " not in done.output
    assert runtime.service().registered.get(CAMPAIGN).revision == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--campaign", "another"), f"was drawn for the campaign '{CAMPAIGN}', not 'another'"),
        (("--campaign", CAMPAIGN, "--live", "nowhere"), f"{CAMPAIGN} has no live 'nowhere'"),
    ],
)
def test_a_sample_of_something_else_is_refused(
    cloud: LocalCloud, posts: Path, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    cloud.apply(sample_campaign())
    filled(tmp_path / "c.csv", [judged(row, "positive") for row in of_posts(tmp_path / "s.csv", posts)])
    done = run("import", tmp_path / "c.csv", *options)
    assert (done.exit_code, said in done.stderr) == (2, True)


def test_a_sample_of_a_live_that_was_taken_out_is_refused(cloud: LocalCloud, posts: Path, tmp_path: Path) -> None:
    campaign = sample_campaign(datetime.now(UTC) + timedelta(days=1))
    other = msgspec.structs.replace(campaign.lives[0], id=OTHER)
    cloud.apply(msgspec.structs.replace(campaign, lives=(*campaign.lives, other)))
    cloud.apply(msgspec.structs.replace(campaign, lives=(other,)))
    filled(tmp_path / "c.csv", [judged(row, "positive") for row in of_posts(tmp_path / "s.csv", posts)])
    done = run("import", tmp_path / "c.csv", "--campaign", CAMPAIGN, "--live", LIVE)
    assert (done.exit_code, f"{CAMPAIGN} has no live {LIVE!r}" in done.stderr) == (2, True)


def test_comments_of_one_live_cannot_be_put_to_another(keeping: Platform, tmp_path: Path) -> None:
    say(keeping, "words")
    filled(tmp_path / "c.csv", [judged(row, "positive") for row in sampled(tmp_path / "s.csv", "--live", LIVE)])
    done = run("import", tmp_path / "c.csv", "--campaign", CAMPAIGN, "--live", OTHER)
    assert (done.exit_code, f"was drawn from the comments of '{LIVE}', not '{OTHER}'" in done.stderr) == (2, True)


def test_a_campaign_that_is_not_in_force_is_refused(cloud: LocalCloud, posts: Path, tmp_path: Path) -> None:
    filled(tmp_path / "c.csv", [judged(row, "positive") for row in of_posts(tmp_path / "s.csv", posts)])
    done = run("import", tmp_path / "c.csv", "--campaign", CAMPAIGN)
    assert (done.exit_code, f"no campaign '{CAMPAIGN}' is in force" in done.stderr) == (2, True)


HEADER = b"number,language,coder_1,coder_2,settled,drawn\n"
ROW = b"1,ja,positive,positive,,"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "line 1: must name the columns: number, language, coder_1, coder_2, settled, drawn\n"),
        (b"number,language,coder_1,coder_2\n", "line 1, settled: is missing\nline 1, drawn: is missing\n"),
        (HEADER, "is no sample"),
        (HEADER + ROW + b"secret\n", "is no sample"),
        (HEADER + ROW + b'"5 of 4, drawn 2024-02-19, campaign c, source: secret"\n', "is no sample"),
    ],
    ids=["empty", "columns missing", "no rows", "not a draw", "more than there were"],
)
def test_a_file_that_is_no_table_of_ours_is_refused(cloud: LocalCloud, tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "c.csv").write_bytes(content)
    done = run("import", tmp_path / "c.csv", "--campaign", CAMPAIGN)
    assert (done.exit_code, done.stdout) == (1, "")
    assert all(f"{tmp_path / 'c.csv'}: {line}" in done.stderr for line in said.splitlines())
    assert "secret" not in done.stderr


def test_a_post_longer_than_a_cell_of_python_may_be_is_drawn_as_it_is(tmp_path: Path) -> None:
    """The csv module reads 131,072 characters at most unless told otherwise."""
    long = " \ta\r\n\0b\n" + "長い" * 100_000
    filled(tmp_path / "posts.csv", [{"text": long}])
    assert [row["text"] for row in of_posts(tmp_path / "s.csv", tmp_path / "posts.csv")] == [long]


def test_what_spreadsheets_do_to_a_table_does_no_harm(cloud: LocalCloud, posts: Path, tmp_path: Path) -> None:
    """Rows in another order, capitals and spaces, a column of notes, empty rows at the end, a text that was changed."""
    cloud.apply(sample_campaign())
    rows = [judged(row, " Positive", "POSITIVE ", language="JA") for row in of_posts(tmp_path / "s.csv", posts)]
    file = filled(tmp_path / "c.csv", [{**row, "text": "", "notes": "?"} for row in reversed(rows)])
    file.write_bytes(file.read_bytes() + b",,,,,,,\r\n\r\n")
    done = run("import", file, "--campaign", CAMPAIGN)
    low, _ = wilson_permille(10, 10)
    assert (
        done.stdout
        == f"on record: 10 of 10 positive or neutral: 100.0%, 95% interval {low / 10}% to 100.0%; both coders alike: 100.0%\n"
    )
