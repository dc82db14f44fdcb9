"""The command line as a stranger calls it: a process of its own, in the project's folder."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def locallove(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a command said and its exit code; `environment` is added to that of the tests."""
    return subprocess.run(
        [sys.executable, "-m", "locallove", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
