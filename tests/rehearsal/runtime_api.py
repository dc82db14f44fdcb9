"""Lambda's Runtime API on loopback: it hands a function one event, and takes what the function answers.

Source: AWS Lambda developer guide, "Using the Lambda runtime API for custom runtimes" (version 2018-06-01).
"""

import json
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"
ARN = "arn:aws:lambda:ap-northeast-1:123456789012:function:locallove-dev"
_ROOT = "/2018-06-01/runtime"


class RuntimeApi(ThreadingHTTPServer):
    """One event to hand out, and what came of it: `answers` gets ("response" | "error", document)."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, event: Any) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.events: queue.Queue[Any] = queue.Queue()
        self.events.put(event)
        self.answers: queue.Queue[tuple[str, Any]] = queue.Queue()


class _Handler(BaseHTTPRequestHandler):
    server: RuntimeApi

    def do_GET(self) -> None:
        assert self.path == f"{_ROOT}/invocation/next"
        event = json.dumps(self.server.events.get()).encode()  # waits, as Lambda does, until there is one
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(event)))
        self.send_header("Lambda-Runtime-Aws-Request-Id", REQUEST_ID)
        self.send_header("Lambda-Runtime-Deadline-Ms", str(time.time_ns() // 1_000_000 + 60_000))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", ARN)
        self.end_headers()
        self.wfile.write(event)

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.answers.put((self.path.rpartition("/")[2], said))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *_: Any) -> None:
        """Nothing: what is looked at is what the function answers."""


@contextmanager
def runtime_api(event: Any) -> Iterator[tuple[str, "queue.Queue[tuple[str, Any]]"]]:
    """The API until the end of the block: its address, as AWS_LAMBDA_RUNTIME_API has it, and what functions answer."""
    api = RuntimeApi(event)
    threading.Thread(target=api.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{api.server_port}", api.answers
    finally:
        api.shutdown()
        api.server_close()
