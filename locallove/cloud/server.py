"""Chalice's development server, quick enough to be used and strict where API Gateway is: 127.0.0.1 only, no Nagle delay.

Answers for: what API Gateway answers by itself (an unknown path, a body over 10 MB, a length that is none), as the gateway
responses of `infra/functions.yaml` word it, so that a stranger sees the same locally as deployed.
"""

import json
import socket
import threading
from contextlib import suppress
from http import HTTPStatus
from http.server import HTTPServer
from typing import Any

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import ChaliceRequestHandler, LocalChalice, LocalDevServer, ThreadedHTTPServer

HOST = "127.0.0.1"
MAX_BODY_BYTES = 10 * 1024 * 1024
UNKNOWN_PATH = (404, "unknown-path", "There is no such path")
_LOOKS_FOR_THE_END_EVERY_S = 0.02
_DRAINED_AT_ONCE = 64 * 1024
_DRAINED_FOR_S = 1
_TOO_LARGE = (413, "too-large", "The body is too large")
_NO_LENGTH = (411, "length-required", "The body's length must be said")


class _Handler(ChaliceRequestHandler):
    """Answers at once (unbuffered writes wait for a delayed ACK: 23 requests a second instead of thousands), silently."""

    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 60

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are logged by the service itself."""

    def _generic_handle(self) -> None:
        length = self.headers.get("content-length", "0")
        if "transfer-encoding" in self.headers or not (length.isascii() and length.isdigit()):
            self._refuse(*_NO_LENGTH)
        elif int(length) > MAX_BODY_BYTES:
            self._refuse(*_TOO_LARGE)
        else:
            super()._generic_handle()

    # http.server calls methods by these names.
    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_PATCH = do_OPTIONS = _generic_handle  # noqa: N815

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What http.server refuses by itself. A method that it does not know is, as at API Gateway, one that no path has."""
        title = HTTPStatus(code).phrase
        self._refuse(*(UNKNOWN_PATH if code == HTTPStatus.NOT_IMPLEMENTED else (code, "refused", title)))

    def _send_error_response(self, error: Any) -> None:
        """The gateway's own errors; the only one that our routes leave to it is a path that is not there."""
        self._send_problem(*UNKNOWN_PATH)

    def _refuse(self, status: int, name: str, title: str) -> None:
        """Answer without waiting for the body, and close the connection on which it may still be coming.

        Some of that is read and dropped first: closing on unread bytes would reset the connection, and the answer with it.
        """
        self.close_connection = True
        self._send_problem(status, name, title)
        with suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_DRAINED_FOR_S)
            for _ in range(2 * MAX_BODY_BYTES // _DRAINED_AT_ONCE):
                if not self.rfile.read1(_DRAINED_AT_ONCE):
                    break

    def _send_problem(self, status: int, name: str, title: str) -> None:
        document = {"type": f"urn:locallove:{name}", "title": title, "status": status, "detail": title, "problems": []}
        headers = {"Content-Type": "application/problem+json"}
        self._send_http_response(status, headers, json.dumps(document))

    def _send_http_response_with_body(self, code: int, headers: Any, body: Any) -> None:
        """An answer; to HEAD with its headers only, as HTTP asks."""
        if self.command == "HEAD" or code == 304:
            self.send_response(code)
            self._send_headers({**headers, **({"Content-Length": "0"} if code != 304 else {})})
        else:
            super()._send_http_response_with_body(code, headers, body)


class _Server(ThreadedHTTPServer):
    request_queue_size = 256
    daemon_threads = True
    allow_reuse_address = True


class LocalServer:
    """The API on a loopback port of this machine; port 0 takes a free one. Raises: OSError when the port is taken."""

    def __init__(self, app: Chalice, port: int) -> None:
        if not isinstance(app, LocalChalice):
            # One request per thread, as `chalice local` does it: the plain class keeps a single current request.
            app.__class__ = type("LocalApp", (LocalChalice, type(app)), {})
        self._server: HTTPServer = LocalDevServer(app, Config(), HOST, port, _Handler, _Server).server
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_LOOKS_FOR_THE_END_EVERY_S,), name="api", daemon=True
        )

    @property
    def url(self) -> str:
        """Where the API answers."""
        return f"http://{HOST}:{self._server.server_port}"

    def start(self) -> None:
        """Serve from a thread of its own."""
        self._thread.start()

    def close(self) -> None:
        """Stop serving and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
