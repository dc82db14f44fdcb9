"""Where `make rehearse` puts a package of this tree and the programs that it is tried on, each in an environment of its own."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


def folder() -> Path:
    """LOCALLOVE_REHEARSAL."""
    return Path(os.environ.get("LOCALLOVE_REHEARSAL", "rehearsal")).resolve()


def is_there() -> bool:
    """Whether all of it is there."""
    return all(file.is_file() for file in (package() / "layer.zip", python(), checkov()))


def package() -> Path:
    """What was packaged: sam.json, deployment.zip, layer.zip."""
    return folder() / "package"


def checkov() -> Path:
    """The program that looks for what a template leaves open, in an environment of its own."""
    return folder() / "checkov" / "bin" / "checkov"


def python() -> Path:
    """Python with ministack and Lambda's bootstrap."""
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
