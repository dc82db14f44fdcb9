"""The public address of a real service, and of servers that do what they should not."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from verify.published import CAMPAIGN, FIRST, SECOND, correct_one, path_of, settle_two

from chalicelib import runtime
from locallove.cloud.local import local_cloud
from locallove.cloud.run import aws_for_others
from locallove.verify import NothingToVerify, verify
from locallove.verifying import address

Reply = Callable[[str], tuple[int, dict[str, str], bytes]]
STATEMENT = f"/v1/lives/{FIRST}/statement"


@contextmanager
def serving(reply: Reply) -> Iterator[str]:
    """A server that answers each path as it is told."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = reply(self.path)
            self.send_response(status)
            for name, value in {"content-length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def published(root: Path) -> Reply:
    """The service over a tree, without links: the files themselves."""

    def reply(path: str) -> tuple[int, dict[str, str], bytes]:
        _, _, sort, subject, _, *rest = path.split("/")
        folder = path_of(root, subject if sort == "lives" else None).parent
        name = rest[0] if rest else "statement.json"
        file = root / name.replace("-", "/", 1) if name.startswith("chain-") else folder / name
        file = root / f"rules/{subject}.json" if name == "rule.json" else file
        return (200, {}, file.read_bytes()) if file.is_file() else (404, {}, b"{}")

    return reply


def test_a_real_service_is_confirmed_through_its_signed_links() -> None:
    """The live that was corrected, the other, and the campaign with both; each has the newest statement's hash."""
    with aws_for_others() as links_url, local_cloud(background=False, links_url=links_url) as cloud:
        campaign = settle_two(cloud)
        correct_one(cloud, campaign)
        applied = runtime.service().campaigns.get(CAMPAIGN)
        assert applied is not None
        assert applied.campaign_settled is not None
        settled = {f"lives/{live}": each for live, each in applied.settled.items()}
        settled[f"campaigns/{CAMPAIGN}"] = applied.campaign_settled
        for subject, each in settled.items():
            answer = verify(f"{cloud.url}/v1/{subject}/statement", each.statement_sha256)
            assert answer.ok, answer.differences
            assert all(check.of.endswith("sender-platform.ndjson.gz") for check in answer.checks if check.ok is None)
        assert len(answer.statements) == 3
        assert settled[f"lives/{FIRST}"].number == 2
        assert not verify(f"{cloud.url}{STATEMENT}", "0" * 16).ok
        with pytest.raises(NothingToVerify, match="404"):
            verify(f"{cloud.url}/v1/lives/nobody/statement")


def test_an_address_is_confirmed_and_what_was_altered_behind_it_is_named(plain: Path) -> None:
    with serving(published(plain)) as url:
        assert verify(f"{url}{STATEMENT}").ok
        assert verify(f"{url}/v1/campaigns/{CAMPAIGN}/statement/").ok
        rule = plain / f"rules/{FIRST}.json"
        rule.write_text(rule.read_text().replace("1000", "1001", 1))
        assert verify(f"{url}{STATEMENT}").differences[0].file == f"lives/{FIRST}/rule.json"
        rule.unlink()
        assert "not there" in verify(f"{url}{STATEMENT}").differences[0].what.en
        (plain / "chain/000002.json").unlink()
        assert verify(f"{url}/v1/lives/{SECOND}/statement").differences
        path_of(plain, SECOND, name="ledger-0001.ndjson.gz").unlink()
        found = verify(f"{url}/v1/lives/{SECOND}/statement").differences
        assert any(each.file == f"lives/{SECOND}/ledger-0001.ndjson.gz" for each in found)


def test_a_statement_of_another_live_behind_an_address_is_noticed(plain: Path) -> None:
    with serving(lambda path: published(plain)(path.replace(SECOND, FIRST))) as url:
        first = verify(f"{url}/v1/lives/{SECOND}/statement").differences[0]
    assert (first.says, first.computed) == (FIRST, SECOND)


def test_what_is_no_statement_behind_an_address_is_named() -> None:
    with serving(lambda path: (200, {}, b"[" * 1_000_000) if path.endswith("statement") else (404, {}, b"")) as url:
        assert verify(f"{url}{STATEMENT}").differences[0].file == f"lives/{FIRST}/statement.json"


@pytest.mark.parametrize(
    ("location", "why"),
    [("/again", "infinite loop"), ("ftp://example.org/x", "another scheme"), ("file:///etc/passwd", "not allowed")],
)
def test_redirects_without_end_or_to_another_scheme_are_not_followed(location: str, why: str) -> None:
    with serving(lambda _: (302, {"location": location}, b"")) as url, pytest.raises(NothingToVerify, match=why):
        verify(f"{url}{STATEMENT}")


def test_an_answer_without_end_and_a_silent_server_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "MAX_BODY", 1000)
    with serving(lambda _: (200, {}, b"0" * 2000)) as url, pytest.raises(NothingToVerify, match="larger than"):
        verify(f"{url}{STATEMENT}")
    monkeypatch.setattr(address, "TIMEOUT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NothingToVerify, match="timed out"):
        verify(f"http://127.0.0.1:{silent.getsockname()[1]}{STATEMENT}")


@pytest.mark.parametrize(
    "wrong",
    ["ftp://example.org/v1/lives/a/statement", "file:///v1/lives/a/statement", "http://127.0.0.1/v1/lives/a/totals", "http://"],
)
def test_other_addresses_are_refused(wrong: str) -> None:
    with pytest.raises(NothingToVerify, match="an address ends in"):
        verify(wrong)


def test_a_server_that_is_not_there_and_one_that_fails_are_nothing_to_verify() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NothingToVerify, match="refused"):
        verify(f"http://127.0.0.1:{port}{STATEMENT}")
    with serving(lambda _: (503, {}, b'{"detail": "later"}')) as url, pytest.raises(NothingToVerify, match=r"503.*later"):
        verify(f"{url}{STATEMENT}")
