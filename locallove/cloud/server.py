"""Chalice's development server, quick enough to be used: no Nagle delay, and 127.0.0.1 only."""

import threading
from http.server import HTTPServer
from typing import Any

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import ChaliceRequestHandler, LocalChalice, LocalDevServer, ThreadedHTTPServer

HOST = "127.0.0.1"


class _Handler(ChaliceRequestHandler):
    """Answers at once (unbuffered writes wait for a delayed ACK: 23 requests a second instead of thousands), silently."""

    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 60

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are logged by the service itself."""


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
        self._thread = threading.Thread(target=self._server.serve_forever, name="api", daemon=True)

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
