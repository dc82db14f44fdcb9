"""`locallove sentiment`: a random sample of comments for two people to code, and what they found put on record.

Answers for: the draw, every bad row of a table that comes back, one coded sample for each live and source, and taking it back.
Exit codes: 0 done; 1 the file has problems, somebody else was quicker, or AWS refuses; 2 the command line asks what cannot be.
Refuses: showing a text, a user, or any judgement that no person made.
"""

from pathlib import Path
from random import SystemRandom

import click
import msgspec

from chalicelib import runtime
from chalicelib.domain.ids import is_id
from chalicelib.domain.sentiment import COMMENTS, Draw, Sentiment, measured, replaced
from locallove.operate import coding_sheet
from locallove.operate.coding_sheet import Drawn
from locallove.operate.drawing import Text, comments_of, draw, posts_in
from locallove.operate.in_force import jst
from locallove.operate.mistake import Mistake, content_of, faulty
from locallove.operate.stores import of_live, reached, registering

FILE = click.Path(dir_okay=False, path_type=Path)
MAX_SOURCE = 200
CAMPAIGN = click.option("--campaign", required=True, help="The id of a campaign in force.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class OnRecord(msgspec.Struct, frozen=True):
    """The coded samples on record of a campaign."""

    campaign: str
    revision: int
    sentiment: tuple[Sentiment, ...]


@click.group()
def sentiment() -> None:
    """Draw comments for two people to code, put what they found on record, list it and take it back."""


@sentiment.command()
@click.option("--live", help="Draw from this live's comments; its campaign must keep their text.")
@click.option("--posts", type=FILE, help="Draw from this CSV of posts instead: a column `text`, perhaps `language`, `url`.")
@click.option("--source", help="Where the posts are from, as reports will say it (with --posts).")
@click.option("--campaign", help="What campaign the posts are about (with --posts); only `import` checks it.")
@click.option("--out", type=FILE, required=True, help="The CSV file to write; an existing one is never overwritten.")
@click.option("--size", type=click.IntRange(1, 100_000), default=400, show_default=True, help="How many to draw.")
@click.option("--seed", type=click.IntRange(0), help="The same number draws the same again (default: by chance, and shown).")
def sample(  # noqa: PLR0913 - what the command line gives
    *, live: str | None, posts: Path | None, source: str | None, campaign: str | None, out: Path, size: int, seed: int | None
) -> None:
    """Draw a simple random sample into a CSV file that only you can read, without users, for two people to code apart."""
    if (live is None) == (posts is None):
        raise Mistake("either --live, or --posts with --source and --campaign")
    if out.exists():
        raise Mistake(f"{out}: File exists")
    if live is not None:
        if source is not None or campaign is not None:
            raise Mistake("--source and --campaign go with --posts; a live has its own")
        found_in, source, texts = _comments(live)
    else:
        found_in, source, texts = _posts(posts, source, campaign)
    seed = SystemRandom().randrange(2**32) if seed is None else seed
    drawn = draw(texts, size, seed)
    today = jst(runtime.now_ms())[:10]
    coding_sheet.write(out, Drawn(found_in, Draw(live, source, today, len(drawn), len(texts))), drawn)
    click.echo(f"drawn: {len(drawn):,} of {len(texts):,} texts, seed {seed}; written to {out}")
    if posts is not None:
        click.echo(f"not checked: whether a campaign {found_in!r} is in force; `sentiment import` takes the file for no other")


@sentiment.command(name="import")
@click.argument("file", type=FILE)
@CAMPAIGN
@click.option("--live", help="The live that the sample is about; of comments the file says it itself.")
@AS_JSON
def import_(file: Path, campaign: str, live: str | None, as_json: bool) -> None:
    """Put a coded sample on record, in place of the former one of the same live and source. A bad row imports nothing."""
    filled, problems = coding_sheet.read(content_of(file))
    if filled is None or problems:
        raise faulty(file, problems, "imported")
    if filled.drawn.campaign != campaign:
        raise Mistake(f"{file}: was drawn for the campaign {filled.drawn.campaign!r}, not {campaign!r}")
    drawn = filled.drawn.draw
    if live is not None and drawn.live not in (None, live):
        raise Mistake(f"{file}: was drawn from the comments of {drawn.live!r}, not {live!r}")
    found = measured(msgspec.structs.replace(drawn, live=drawn.live or live), filled.coded)
    new = _put(campaign, found)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
    else:
        click.echo(f"{'on record' if new else 'on record already'}: {_line(found)}")


@sentiment.command(name="list")
@CAMPAIGN
@AS_JSON
def list_(campaign: str, as_json: bool) -> None:
    """List the coded samples on record: live or source, the day of the draw, the share with its interval."""
    with registering(campaign) as (service, _):
        found = service.registered.get(campaign)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(OnRecord(campaign, found.revision, found.sentiment)), indent=2))
        return
    for each in found.sentiment:
        click.echo(f"{each.on}  {_origin(*each.origin)}: {_line(each)}")
    if not found.sentiment:
        click.echo("no sample is on record")


@sentiment.command()
@CAMPAIGN
@click.option("--source", help="The source as `list` shows it (default: comments).")
@click.option("--live", help="The live that the sample is about (default: the whole campaign).")
def remove(campaign: str, source: str | None, live: str | None) -> None:
    """Take a coded sample back, by its live, its source, or both. The next reports no longer have it; those published keep it."""
    source = COMMENTS if source is None else source.strip()
    if live is None and source == COMMENTS:
        raise Mistake("either --live, or --source, or both: `sentiment list` shows what there is; comments are always a live's")
    with registering(campaign) as (service, _):
        before = service.registered.get(campaign)
        kept = tuple(each for each in before.sentiment if each.origin != (live, source))
        if kept == before.sentiment:
            raise Mistake(f"{campaign} has no sample of {_origin(live, source)} on record: `sentiment list` shows what there is")
        service.registered.put(campaign, before, msgspec.structs.replace(before, sentiment=kept))
    click.echo(f"removed: {_origin(live, source)}")


def _comments(live: str) -> tuple[str, str, list[Text]]:
    """The live's campaign, the source, and what may be drawn. Raises: Mistake."""
    with reached() as service:
        applied = of_live(service, live)
        texts = comments_of(service, applied, applied.campaign.live(live))
    if not texts:
        keeps = "keep_text is true, but there are none" if applied.campaign.keep_text else "keep_text is not true"
        raise Mistake(f"no text of comments is kept of {live}: in {applied.campaign.id}, {keeps}")
    return applied.campaign.id, COMMENTS, texts


def _posts(posts: Path | None, source: str | None, campaign: str | None) -> tuple[str, str, list[Text]]:
    """The campaign, the source, and what may be drawn. Raises: Mistake."""
    source = (source or "").strip()
    if posts is None or not source or campaign is None or not is_id(campaign):
        raise Mistake("--posts needs --source, in words, and --campaign, the id of a campaign")
    if source == COMMENTS or len(source) > MAX_SOURCE or not source.isprintable():
        raise Mistake(f"--source must be one line of at most {MAX_SOURCE} characters, and more than {COMMENTS!r}")
    texts, problems = posts_in(content_of(posts))
    if problems or not texts:
        raise faulty(posts, problems or ["has no post with text"], "drawn")
    return campaign, source, texts


def _put(campaign: str, found: Sentiment) -> bool:
    """Put it on record unless it is there; gives whether it was new. Raises: Mistake, ClickException."""
    with registering(campaign) as (service, applied):
        if found.live is not None and found.live not in {each.id for each in applied.campaign.lives}:
            raise Mistake(f"{campaign} has no live {found.live!r}")
        before = service.registered.get(campaign)
        if found in before.sentiment:
            return False
        service.registered.put(campaign, before, msgspec.structs.replace(before, sentiment=replaced(before.sentiment, found)))
    return True


def _origin(live: str | None, source: str | None) -> str:
    """A sample's origin in words."""
    about = "the whole campaign" if live is None else live
    return f"comments of {live}" if source == COMMENTS else f"{source!r} about {about}"


def _line(found: Sentiment) -> str:
    share, low, high, agreement = (
        f"{each // 10}.{each % 10}%"
        for each in (found.favourable_permille, found.low_permille, found.high_permille, found.agreement_permille)
    )
    counts = f"{found.positive + found.neutral:,} of {found.sample:,} positive or neutral"
    return f"{counts}: {share}, 95% interval {low} to {high}; both coders alike: {agreement}"
