"""What is packaged besides the template: a clean copy of the project for Chalice, compiled, and the report function's layer.

Answers for: nothing of a used tree in a zip (no notes, nothing that running it compiled), libraries for Lambda's processor
whatever this machine's is, and equal zips of equal content. Refuses: Pythons that Lambda does not take.
"""

import json
import platform
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from locallove.operate.mistake import Mistake

ROOT = Path(__file__).parents[2]

ARCHITECTURES: Mapping[str, str] = {"arm64": "aarch64", "x86_64": "x86_64"}
"""Processors by Lambda's names for them, with the names that Python's libraries are built under; arm64 costs a fifth less."""

TAKEN_UNTIL: Mapping[str, date] = {
    "3.11": date(2027, 8, 31),
    "3.12": date(2029, 1, 10),
    "3.13": date(2029, 8, 31),
    "3.14": date(2029, 8, 31),
}
"""Until when Lambda lets functions of a runtime be updated (AWS's developer guide, "Lambda runtimes", read in November 2026)."""


def checked_runtime(today: date) -> str:
    """This Python's version, which the functions will run on. Raises: Mistake if Lambda does not take it."""
    version = ".".join(platform.python_version_tuple()[:2])
    if version not in TAKEN_UNTIL or TAKEN_UNTIL[version] < today:
        taken = ", ".join(name for name, until in TAKEN_UNTIL.items() if today <= until)
        raise Mistake(
            f"Lambda takes no functions of Python {version}: package with one of {taken} (make package PYTHON=python3.13)"
        )
    return version


def copy_project(project: Path, architecture: str) -> None:
    """What Chalice packages, into an empty folder: committed or not, but nothing that running it has left."""
    ignore = shutil.ignore_patterns("__pycache__", "deployments", "deployed", ".*.swp")
    for name in ("chalicelib", ".chalice"):
        shutil.copytree(ROOT / name, project / name, ignore=ignore)
    for name in ("app.py", "requirements.txt"):
        shutil.copy(ROOT / name, project)
    config = project / ".chalice" / "config.json"
    said = json.loads(config.read_text(encoding="utf-8"))
    config.write_text(json.dumps({**said, "lambda_architecture": architecture}), encoding="utf-8")


def make_layer(file: Path, version: str, architecture: str) -> None:
    """The layer as a zip: report libraries under `python/`, fonts under `fonts/`. Raises: Mistake when they cannot be had."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
        command += ["--target", str(folder / "python"), "--implementation", "cp", "--python-version", version]
        machine = ARCHITECTURES[architecture]
        command += ["--platform", f"manylinux2014_{machine}", "--platform", f"manylinux_2_28_{machine}"]
        command += ["--only-binary", ":all:", "-r", str(ROOT / "requirements-reports.txt")]
        if subprocess.run(command, check=False).returncode:
            raise Mistake("the report libraries could not be fetched: pip says why above")
        shutil.copytree(ROOT / "infra" / "layer" / "fonts", folder / "fonts")
        _zip(folder, file)


def compile_package(file: Path) -> None:
    """Compile in a functions' zip what a cold start imports: Lambda's folder is read-only, so each one would compile it anew.

    The compiled modules are never compared with their sources, and name them as they lie in the zip: equal zips stay equal.
    Raises: SystemExit with the exit code of what could not be imported or compiled.
    """
    imported = set(_output([sys.executable, "-c", _IMPORTED], ROOT).split())
    with TemporaryDirectory() as unpacked:
        folder = Path(unpacked)
        with zipfile.ZipFile(file) as zipped:
            zipped.extractall(folder)
        modules = {path: _module(path.relative_to(folder)) for path in sorted(folder.rglob("*.py"))}
        chosen = [str(path) for path, name in modules.items() if name in imported or name.partition(".")[0] == "chalicelib"]
        command = [sys.executable, "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash"]
        _output([*command, "-s", unpacked, "-i", "-"], folder, "\n".join(chosen))
        _zip(folder, file)


_IMPORTED = "import app, sys; print(*sys.modules)"


def _module(path: Path) -> str:
    """The name under which a file is imported."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _output(command: list[str], folder: Path, given: str = "") -> str:
    """What a command prints. Raises: SystemExit with its exit code."""
    done = subprocess.run(command, cwd=folder, input=given, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)
    return done.stdout


def _zip(folder: Path, file: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            entry = zipfile.ZipInfo(str(path.relative_to(folder)))  # without a moment: that of 1980
            entry.external_attr = (path.stat().st_mode & 0o777) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(entry, path.read_bytes())
