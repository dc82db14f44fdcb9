"""The documentation says what is there: commands, links, files, functions, attributes, keys, and the example of the README."""

import importlib
import inspect
import pkgutil
import re
import subprocess
from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import boto3
import pytest
from client import request
from samples import LIVE, batch_text, reaction, signed_headers
from web.invited import invite

from chalicelib import runtime, store
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.invitations import token_sha256
from locallove.__main__ import COMMANDS
from locallove.cloud.local import LocalCloud

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
DECISIONS = sorted(ROOT.glob("docs/decisions/*.md"))
SHARED = "/".join(("..", "shared"))

READING_PATH_LINES = 1_500

LINK = re.compile(r"\[[^\]]*\]\((?!https?:)([^)\s]+)\)")
FILE = re.compile(r"`([\w./-]+/[\w.-]+\.(?:py|yaml|toml|md))`")
PATH_ROW = re.compile(r"^\| `([^`]+)` \| (\d+) \|", re.MULTILINE)
FUNCTION = re.compile(r"`(chalicelib(?:\.\w+)+)`")


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def names(pages: list[Path]) -> list[str]:
    return [str(page.relative_to(ROOT)) for page in pages]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def section(page: str, heading: str) -> str:
    """The part of a page from a heading to the next."""
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", text_of(page), re.MULTILINE | re.DOTALL)
    assert found is not None, f"{page} has no section {heading}"
    return found[1]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert any(re.search(rf"\blocallove {command}\b", page.read_text("utf-8")) for page in PAGES)


@pytest.mark.parametrize("page", ["README.md", "README.ja.md"])
def test_no_readme_tells_to_invite_until_a_day_that_ends(page: str) -> None:
    """A day that is over is refused, so an example with one fails for whoever pastes it."""
    assert re.findall(r"--expires (\S+?)`", text_of(page)) == ["YYYY-MM-DD"]


@pytest.mark.parametrize("page", ["README.md", "README.ja.md"])
def test_every_guide_is_listed_in_both_languages(page: str) -> None:
    guides = {str(guide.relative_to(ROOT)) for guide in ROOT.glob("docs/*.md")}
    assert guides - set(LINK.findall(text_of(page))) == set()


@pytest.mark.parametrize("page", names(PAGES))
def test_every_make_target_that_a_page_names_exists(page: str) -> None:
    targets = set(re.findall(r"^(\w+):", text_of("Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^    )make (?:[A-Z]+=\S+ )?(\w+)", text_of(page), re.MULTILINE)) <= targets


@pytest.mark.parametrize("page", names(PAGES))
def test_every_relative_link_resolves(page: str) -> None:
    for link in LINK.findall(text_of(page)):
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), f"{page} links to {link}"
        assert not anchor or anchor in anchors(target), f"{page} links to {link}, a heading that is not there"


@pytest.mark.parametrize("page", names(PAGES))
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    assert [file for file in FILE.findall(text_of(page)) if not (ROOT / file).exists()] == []


def test_the_reading_path_is_short() -> None:
    """A newcomer reads it in an hour and knows how a like becomes a yen; a change that makes it longer needs a reason."""
    said = {file: int(lines) for file, lines in PATH_ROW.findall(section("docs/architecture.md", "The life of a like"))}
    real = {file: len(text_of(file).splitlines()) for file in said}
    assert list(real)[:2] == ["README.md", "app.py"]
    assert list(real)[-1] == "infra/data.yaml"
    assert sum(real.values()) < READING_PATH_LINES
    assert {file: lines for file, lines in real.items() if abs(lines - said[file]) > 15} == {}


def test_every_function_that_the_data_model_names_exists() -> None:
    found = FUNCTION.findall(text_of("docs/data-model.md"))
    assert found
    for name in found:
        parts = name.split(".")
        module = importlib.import_module(".".join(parts[:3]) if len(parts) > 2 else name)
        reduce(getattr, parts[3:], module)


def test_the_data_model_names_every_function_of_the_store() -> None:
    assert set(access_functions()) - set(FUNCTION.findall(text_of("docs/data-model.md"))) == set()


def access_functions() -> Iterator[str]:
    """The public functions of every class of the store that is handed a client."""
    for module in pkgutil.iter_modules(store.__path__, f"{store.__name__}."):
        for name, kind in vars(importlib.import_module(module.name)).items():
            if (
                inspect.isclass(kind)
                and kind.__module__ == module.name
                and "client" in inspect.signature(kind.__init__).parameters
            ):
                yield from (f"{module.name}.{name}.{each}" for each in vars(kind) if not each.startswith("_"))


def test_the_data_model_names_every_attribute_and_key(cloud: LocalCloud, campaign: Campaign) -> None:
    """Whatever intake, counting, applying, publishing and inviting store is described."""
    store_something(cloud, campaign)
    settings = runtime.service().settings
    dynamodb = boto3.client("dynamodb")
    for table in (settings.reactions_table, settings.totals_table, settings.campaigns_table):
        described = section("docs/data-model.md", f"`{table.replace(f'-{settings.stage}-', '-{stage}-')}`")
        stored = {re.sub(r"\..*", ".{market}", name) for item in dynamodb.scan(TableName=table)["Items"] for name in item}
        assert [name for name in sorted(stored) if f"`{name}`" not in described] == []
    keys = [each["Key"] for each in boto3.client("s3").list_objects_v2(Bucket=settings.reports_bucket)["Contents"]]
    patterns = re.findall(
        r"^\| `([^`]+)` \|", section("docs/data-model.md", "`locallove-{stage}-reports-{account}`"), re.MULTILINE
    )
    forms = [re.sub(r"\\{\w+\\}", "[^/]+", re.escape(pattern).replace("…", ".+")) for pattern in patterns]
    assert [key for key in keys if not any(re.fullmatch(form, key) for form in forms)] == []


def store_something(cloud: LocalCloud, campaign: Campaign) -> None:
    cloud.apply(campaign)
    secret = cloud.add_sender(campaign.id)
    gift = reaction(campaign, 2, kind="gift", gift="rose", value=3)
    for batch, rehearsal in (("b-1", False), ("b-2", True)):
        text = batch_text(campaign, [reaction(campaign, 1), gift], rehearsal=rehearsal)
        answer = request(f"{cloud.url}/v1/lives/{LIVE}/reactions", text, signed_headers(secret, batch, text))
        assert answer.status == 202
    cloud.pump.drain()
    assert cloud.publish()["published"]
    token, invitations = invite(campaign.id), runtime.service().invitations
    assert request(f"{cloud.url}/i/{token}/report.json").status == 302
    invitations.revoke(str(token_sha256(token)), runtime.now_ms())


@pytest.mark.parametrize("page", names(DECISIONS))
def test_a_decision_is_short_and_whole(page: str) -> None:
    text = text_of(page)
    assert len(text.splitlines()) <= 40
    assert re.findall(r"^## (\w+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequence"]


def test_decisions_are_numbered_in_a_row() -> None:
    assert [page.name[:4] for page in DECISIONS] == [f"{number:04d}" for number in range(1, len(DECISIONS) + 1)]


def test_only_contributing_names_the_folder_of_the_recordings() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    files = [ROOT / file for file in listed if file]
    naming = [str(file.relative_to(ROOT)) for file in files if file.is_file() and SHARED.encode() in file.read_bytes()]
    assert naming == ["CONTRIBUTING.md"]
