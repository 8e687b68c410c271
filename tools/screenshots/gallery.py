"""All pictures on one page, a row for each shot and a column for each look."""

from __future__ import annotations

from html import escape
from pathlib import Path

STYLE = """
body { font: 13px system-ui, sans-serif; margin: 16px; }
table { border-collapse: collapse; }
th { position: sticky; top: 0; background: #fff; text-align: left; }
th, td { padding: 6px; vertical-align: top; }
img { width: 460px; border: 1px solid #ccc; }
"""


def write_gallery(folder: Path) -> None:
    looks = sorted(path.name for path in folder.iterdir() if path.is_dir())
    names = sorted({path.stem for look in looks for path in (folder / look).glob("*.png")})
    head = "".join(f"<th>{escape(look)}</th>" for look in looks)
    rows = "".join(f"<tr><th>{escape(name)}</th>{''.join(_cell(folder, look, name) for look in looks)}</tr>" for name in names)
    page = f'<!doctype html><meta charset="utf-8"><title>Screens</title><style>{STYLE}</style>'
    (folder / "index.html").write_text(f"{page}<table><tr><th></th>{head}</tr>{rows}</table>\n")


def _cell(folder: Path, look: str, name: str) -> str:
    picture = f"{look}/{name}.png"
    if not (folder / picture).exists():
        return "<td></td>"
    return f'<td><a href="{picture}"><img loading="lazy" src="{picture}" alt="{escape(name)}"></a></td>'
