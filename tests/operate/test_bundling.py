"""What is packaged: nothing that a used tree has left, equal layers of equal content, and only Pythons that Lambda takes."""

import os
import platform
import re
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

from locallove.operate import bundling
from locallove.operate.bundling import TAKEN_UNTIL, checked_runtime, copy_project
from locallove.operate.mistake import Mistake

TODAY = date(2026, 11, 26)


def test_the_runtime_follows_the_packaging_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "python_version_tuple", lambda: ("3", "13", "1"))
    assert checked_runtime(TODAY) == "3.13"


@pytest.mark.parametrize(("version", "today"), [("3.10", TODAY), ("3.15", TODAY), ("3.11", date(2027, 9, 1))])
def test_a_python_that_lambda_does_not_take_is_refused_naming_those_that_it_does(
    monkeypatch: pytest.MonkeyPatch, version: str, today: date
) -> None:
    monkeypatch.setattr(platform, "python_version_tuple", lambda: (*version.split("."), "0"))
    with pytest.raises(Mistake) as refused:
        checked_runtime(today)
    assert f"Python {version}:" in str(refused.value)
    assert "3.13" in str(refused.value)


def test_the_last_day_of_a_runtime_is_still_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "python_version_tuple", lambda: ("3", "11", "9"))
    assert checked_runtime(TAKEN_UNTIL["3.11"]) == "3.11"


def test_the_copy_has_the_service_and_nothing_that_running_it_left(tmp_path: Path) -> None:
    copy_project(tmp_path, "arm64")
    names = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*") if path.is_file()}
    assert names == {"app.py", "chalicelib", ".chalice", "requirements.txt"}
    assert not [path for path in tmp_path.rglob("*") if path.name == "__pycache__" or path.suffix == ".pyc"]


def test_what_a_cold_start_imports_is_compiled_and_nothing_else(tmp_path: Path) -> None:
    """Never compared with its source, whose moment may change, and naming it as it lies in the zip, not on this machine."""
    sources = ("app.py", "chalicelib/__init__.py", "chalicelib/lazy.py", "msgspec/__init__.py", "msgspec/unused.py", "notes.txt")
    for _ in ("once", "again"):
        with ZipFile(tmp_path / "deployment.zip", "w") as zipped:
            for name in sources:
                zipped.writestr(name, "def here():\n    return __file__\n")
        bundling.compile_package(tmp_path / "deployment.zip")
    with ZipFile(tmp_path / "deployment.zip") as zipped:
        compiled = {name: zipped.read(name) for name in zipped.namelist() if name not in sources}
    names = {re.sub(r"__pycache__/(\w+)\.cpython-\d+\.pyc", r"\1.py", name) for name in compiled}
    assert names == {"app.py", "chalicelib/__init__.py", "chalicelib/lazy.py", "msgspec/__init__.py"}
    for body in compiled.values():
        assert int.from_bytes(body[4:8], "little") == 1, "by hash, unchecked (PEP 552)"
        assert str(tmp_path).encode() not in body
        assert b"/tmp" not in body


def test_equal_content_makes_equal_zips_whenever_it_was_written(tmp_path: Path) -> None:
    zips = []
    for number, moment in enumerate((1_000_000_000, 1_700_000_000)):
        folder = tmp_path / str(number)
        for name in ("python/b.py", "fonts/a.ttf"):
            file = folder / name
            file.parent.mkdir(parents=True)
            file.write_bytes(name.encode())
            os.utime(file, (moment, moment))
        bundling._zip(folder, tmp_path / f"{number}.zip")
        zips.append((tmp_path / f"{number}.zip").read_bytes())
    assert zips[0] == zips[1]
    with ZipFile(tmp_path / "0.zip") as zipped:
        assert zipped.namelist() == ["fonts/a.ttf", "python/b.py"]
