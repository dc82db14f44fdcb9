"""DynamoDB Local, AWS's own engine, as a process of its own that ends with the block.

It listens on all interfaces, so it runs only where there are none but loopback (`make contract`).
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

START_S = 30


def folder() -> Path:
    """Where it lies unpacked: LOCALLOVE_DYNAMODB_LOCAL."""
    return Path(os.environ.get("LOCALLOVE_DYNAMODB_LOCAL", "dynamodb-local")).resolve()


def is_there() -> bool:
    """Whether it and Java are there, and no network but loopback."""
    alone = [name for _, name in socket.if_nameindex()] == ["lo"]
    return alone and shutil.which("java") is not None and (folder() / "DynamoDBLocal.jar").is_file()


def version() -> str:
    """What it says of itself."""
    with TemporaryDirectory() as own:
        said = subprocess.run([*_command(), "-version"], cwd=own, capture_output=True, text=True, check=True, timeout=START_S)
    return said.stdout.strip()


@contextmanager
def running() -> Iterator[str]:
    """The engine, empty, until the end of the block; gives its address."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    command = [*_command(), "-inMemory", "-disableTelemetry", "-port", str(port)]
    # It leaves a file where it runs.
    with (
        TemporaryDirectory() as own,
        subprocess.Popen(command, cwd=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process,
    ):
        try:
            _wait(process, port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _command() -> list[str]:
    return ["java", f"-Djava.library.path={folder() / 'DynamoDBLocal_lib'}", "-jar", str(folder() / "DynamoDBLocal.jar")]


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_S
    while True:
        assert process.poll() is None, "DynamoDB Local ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, "DynamoDB Local does not answer"
            time.sleep(0.05)
        else:
            return
