"""Where `make rehearse` puts a package of this tree, and an environment with ministack and Lambda's bootstrap."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


def folder() -> Path:
    """LOCALLOVE_REHEARSAL: the package lies in `package`, the environment in `env`."""
    return Path(os.environ.get("LOCALLOVE_REHEARSAL", "rehearsal")).resolve()


def is_there() -> bool:
    """Whether both are there."""
    return (folder() / "package" / "layer.zip").is_file() and python().is_file()


def python() -> Path:
    """The environment's Python."""
    return folder() / "env" / "bin" / "python"


@contextmanager
def running(command: list[str], cwd: Path, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A process of that environment in an environment of its own until the end of the block; what it says is kept."""
    with subprocess.Popen(
        [str(python()), *command],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
