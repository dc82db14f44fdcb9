"""Reading workbooks back: with openpyxl, and through LibreOffice, which calculates every formula anew."""

import re
import subprocess
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
from openpyxl.workbook import Workbook

Cells: TypeAlias = dict[tuple[str, str], Any]
"""The values of cells by sheet and address."""

ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"><value>0</value></prop></item>
</oor:items>
"""
"""LibreOffice's setting "recalculation on file load: always"; by default it trusts the values that a file of Excel's form has."""


SOFFICE = ("soffice", "--headless", "--norestore", "--convert-to", "xlsx")


def read(body: bytes, *, formulas: bool = False) -> Workbook:
    """The workbook with its values, or with its formulas."""
    return openpyxl.load_workbook(BytesIO(body), data_only=not formulas)


def cells(body: bytes, *, formulas: bool = False) -> Cells:
    """Every cell that holds something."""
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in read(body, formulas=formulas).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def formula_cells(body: bytes) -> Cells:
    """Every formula."""
    return {place: value for place, value in cells(body, formulas=True).items() if isinstance(value, str) and value[:1] == "="}


def edited(body: bytes, edit: Callable[[str], str], name: str = "xl/worksheets/") -> bytes:
    """The file with the parts of this name edited."""
    file = BytesIO()
    with ZipFile(BytesIO(body)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for each in old.namelist():
            part = old.read(each)
            new.writestr(each, edit(part.decode()).encode() if each.startswith(name) else part)
    return file.getvalue()


def spoiled(body: bytes) -> bytes:
    """The file with a wrong value behind every formula: whoever reads others has calculated them."""
    return edited(body, lambda part: re.sub(r"(</f>)<v>[^<]*</v>", r"\1<v>-987</v>", part))


def recalculated(files: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """The files as LibreOffice saves them after it has calculated all formulas. It reads and writes in `folder` only."""
    profile, came, made = folder / "profile", folder / "came", folder / "made"
    for each in (profile / "user", came, made):
        each.mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    for name, body in files.items():
        (came / f"{name}.xlsx").write_bytes(body)
    subprocess.run(
        [
            *SOFFICE,
            f"-env:UserInstallation={profile.as_uri()}",
            "--outdir",
            str(made),
            *(f"{came}/{name}.xlsx" for name in files),
        ],
        env={"HOME": str(folder), "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        check=True,
        capture_output=True,
        timeout=600,
    )
    return {name: (made / f"{name}.xlsx").read_bytes() for name in files}


def part(body: bytes, name: str) -> str:
    """One part of the file."""
    with ZipFile(BytesIO(body)) as file:
        return file.read(name).decode()
