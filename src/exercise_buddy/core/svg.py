"""SVG elements, and the style of all charts, which follows the light or dark colour scheme of the reader.

Charts contain no script, load nothing and escape all user input. The style is part of the chart, so that it looks the
same in a page, as an image and opened by itself.
"""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

MEDIA_TYPE = "image/svg+xml"

# The contrast of text to its background is at least 4.5, that of lines and cells to their neighbours at least 3.
_STYLE = """
svg{color-scheme:light dark;font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.ground{fill:#fff;stroke:#d7dce2}.text{fill:#4d5763}.strong{fill:#1b222b;font-weight:600;font-size:14px}
.grid{stroke:#e4e8ed}.axis{stroke:#8a939e}
.bar{fill:#12805f}.line{stroke:#12805f}.dot{fill:#12805f}
.line2{stroke:#b0561d;stroke-dasharray:5 4}.dot2{fill:#b0561d}
.cell{stroke:#1b222b;stroke-opacity:.1}
.l0{fill:#edf0f3}.l1{fill:#abe0cd}.l2{fill:#57bd9b}.l3{fill:#1f9070}.l4{fill:#0b5743}
@media(prefers-color-scheme:dark){
.ground{fill:#10151b;stroke:#2b333d}.text{fill:#a3adb8}.strong{fill:#eceff3}
.grid{stroke:#252d36}.axis{stroke:#6b7683}
.bar{fill:#3fbf97}.line{stroke:#3fbf97}.dot{fill:#3fbf97}
.line2{stroke:#f0a068}.dot2{fill:#f0a068}
.cell{stroke:#fff;stroke-opacity:.08}
.l0{fill:#1f262e}.l1{fill:#124a3a}.l2{fill:#1b775c}.l3{fill:#32ab84}.l4{fill:#79e8c2}}
""".strip().replace("\n", "")


def number(value: float) -> str:
    """Return a coordinate with at most two decimals."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def element(name: str, content: str = "", **attributes: float | str) -> str:
    """Return an element with SVG content. `class_` becomes `class`, other underscores become hyphens."""
    attribute_text = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(value if isinstance(value, str) else number(value))}"
        for key, value in attributes.items()
    )
    return f"<{name}{attribute_text}>{content}</{name}>" if content else f"<{name}{attribute_text}/>"


def title(text: str) -> str:
    """Return the title of the surrounding element: a tooltip, and the text for screen readers."""
    return element("title", escape(text))


def text(x: float, y: float, content: str, *, class_: str = "text", anchor: str = "start") -> str:
    """Return a line of text. `anchor` says which point of its baseline is at the coordinates."""
    return element("text", escape(content), x=x, y=y, class_=class_, text_anchor=anchor)


def build_svg(
    width: float, height: float, *, name: str, description: str, parts: Iterable[str], style: str = ""
) -> bytes:
    """Return a chart with a background.

    Args:
        width: in pixels; a page may scale it.
        height: in pixels.
        name: the title.
        description: a text alternative for screen readers.
        parts: the elements.
        style: rules in addition to those of all charts.

    """
    head = element("title", escape(name), id="title") + element("desc", escape(description), id="desc")
    ground = element("rect", x=0.5, y=0.5, width=width - 1, height=height - 1, rx=6, class_="ground")
    root = element(
        "svg",
        head + element("style", _STYLE + style) + ground + "".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        width=width,
        height=height,
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        aria_labelledby="title desc",
    )
    return root.encode()


def truncate(content: str, longest: int) -> str:
    """Return a text cut to at most `longest` characters."""
    return content if len(content) <= longest else content[: longest - 1].rstrip() + "…"
