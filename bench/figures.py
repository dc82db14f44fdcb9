"""A measured figure, and figures as a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the benchmark: its key in the JSON, what it says, its value, and the target if it has one."""

    key: str
    what: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def target(self) -> str:
        """The target in words; empty without one."""
        if self.at_most is not None:
            return f"at most {self.at_most:,g}"
        return f"at least {self.at_least:,g}" if self.at_least is not None else ""

    @property
    def meets(self) -> bool:
        """Whether the target is met; a figure without one always is."""
        return (self.at_most is None or self.value <= self.at_most) and (self.at_least is None or self.value >= self.at_least)


def as_json(rows: Mapping[str, Sequence[Figure]]) -> dict[str, dict[str, dict[str, float | str]]]:
    """The figures by row and key."""
    return {row: {each.key: _entry(each) for each in figures} for row, figures in rows.items()}


def as_table(rows: Mapping[str, Sequence[Figure]]) -> Table:
    """The figures as a person reads them; a target that was missed is marked."""
    table = Table("what", "measured", "", "target", highlight=False)
    table.columns[1].justify = "right"
    for row, figures in rows.items():
        table.add_section()
        table.add_row(f"[bold]{row}[/bold]")
        for each in figures:
            missed = "" if each.meets else " [red]missed[/red]"
            table.add_row(f"  {each.what}", _written(each.value), each.unit, each.target + missed)
    return table


def _entry(figure: Figure) -> dict[str, float | str]:
    target: dict[str, float | str] = {"target": figure.target, "meets": figure.meets} if figure.target else {}
    return {"what": figure.what, "value": figure.value, "unit": figure.unit, **target}


def _written(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
