"""How the cells and charts of a workbook look.

Answers for: one table of styles, numbers with all their digits, the colours of the page.
Refuses: rules that depend on values.
"""

from typing import Any, Literal, TypeAlias

Style: TypeAlias = Literal[
    "text", "plain", "number", "title", "note", "heading", "head", "label", "count", "strong", "sum", "sum_text", "headline",
    "input", "share", "share_sum", "moment", "minute", "day", "hash", "cents", "cents_sum", "cents_headline",
]  # fmt: skip

Amount: TypeAlias = Literal["count", "sum", "headline"]

CENTS: dict[Amount, Style] = {"count": "cents", "sum": "cents_sum", "headline": "cents_headline"}
"""The style of an amount whose currency has decimals, by that of one without."""

INK, SOFT, LINE = "#17181C", "#555B66", "#DFE2E7"

KIND_COLOURS = {"like": "#D81F4A", "comment": "#1D8A8F", "gift": "#5F49C5"}

FONT = "Yu Gothic"

WHOLE, DECIMALS = "#,##0", "#,##0.00"

_SUM: dict[str, Any] = {"bold": True, "top": 1, "top_color": INK, "bg_color": "#F4F5F7"}

_RIGHT: dict[str, Any] = {"align": "right", "text_wrap": False, "indent": 0}

STYLES: dict[Style, dict[str, Any]] = {
    "text": {
        "font_name": FONT,
        "font_size": 10,
        "font_color": INK,
        "valign": "top",
        "text_wrap": True,
        "align": "left",
        "indent": 1,
    },
    "plain": {"text_wrap": False},
    "number": {"align": "center", "indent": 0, "text_wrap": False},
    "title": {"font_size": 16, "bold": True, "indent": 0, "text_wrap": False},
    "note": {"font_color": SOFT, "indent": 0, "font_size": 9, "text_wrap": False},
    "heading": {"font_size": 12, "bold": True, "indent": 0, "text_wrap": False, "bottom": 2, "bottom_color": "#D81F4A"},
    "head": {
        "bold": True,
        "bg_color": INK,
        "font_color": "#FFFFFF",
        "align": "center",
        "valign": "vcenter",
        "font_size": 9,
        "indent": 0,
    },
    "label": {"bold": True, "indent": 0},
    "count": {"num_format": WHOLE, **_RIGHT},
    "sum": {"num_format": WHOLE, **_RIGHT, **_SUM},
    "sum_text": {**_SUM},
    "strong": {"num_format": WHOLE, **_RIGHT, "bold": True},
    "headline": {"num_format": WHOLE, **_RIGHT, "bold": True, "font_size": 14},
    "cents_headline": {"num_format": DECIMALS, **_RIGHT, "bold": True, "font_size": 14},
    "input": {"num_format": WHOLE, **_RIGHT, "font_color": "#1F4FA8"},
    "share": {"num_format": "0.0%", **_RIGHT},
    "share_sum": {"num_format": "0.0%", **_RIGHT, **_SUM},
    "moment": {"num_format": "yyyy/mm/dd hh:mm:ss", **_RIGHT},
    "minute": {"num_format": "yyyy/mm/dd hh:mm", **_RIGHT},
    "day": {"num_format": "yyyy/mm/dd", **_RIGHT},
    "hash": {"font_name": "Consolas", "font_size": 9, "text_wrap": False},
    "cents": {"num_format": DECIMALS, **_RIGHT},
    "cents_sum": {"num_format": DECIMALS, **_RIGHT, **_SUM},
}
