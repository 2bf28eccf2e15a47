"""A drawing as SVG text: elements, and the colours of all drawings, which follow whether the reader likes it dark.

No drawing has a script, loads anything, or leaves what somebody has typed unescaped. The style is in the drawing, so
that it looks the same in a page, as an image and opened by itself.
"""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

MEDIA_TYPE = "image/svg+xml"

# Text has a contrast of at least 4.5 to its ground, lines and cells of at least 3 to what they are told apart from.
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
    """Write a coordinate: two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def element(name: str, content: str = "", **attributes: float | str) -> str:
    """Write an element around content that is SVG already. `class_` is `class`, other underscores are hyphens."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(value if isinstance(value, str) else number(value))}"
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def title(text: str) -> str:
    """Write what a reader is told of the element that this is in: a tooltip, or what a screen reader says."""
    return element("title", escape(text))


def text(x: float, y: float, content: str, *, class_: str = "text", anchor: str = "start") -> str:
    """Write a line of text whose baseline begins, or by `anchor` ends or has its middle, at a point."""
    return element("text", escape(content), x=x, y=y, class_=class_, text_anchor=anchor)


def drawing(width: float, height: float, *, name: str, description: str, parts: Iterable[str]) -> bytes:
    """Put a drawing together, on a ground of its own.

    Args:
        width: in pixels; a page may scale it.
        height: in pixels.
        name: what it is.
        description: what it shows, for those who cannot see it.
        parts: its elements.

    """
    head = element("title", escape(name), id="title") + element("desc", escape(description), id="desc")
    ground = element("rect", x=0.5, y=0.5, width=width - 1, height=height - 1, rx=6, class_="ground")
    whole = element(
        "svg",
        head + element("style", _STYLE) + ground + "".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        width=width,
        height=height,
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        aria_labelledby="title desc",
    )
    return whole.encode()


def shortened(content: str, longest: int) -> str:
    """Cut a text that would not fit."""
    return content if len(content) <= longest else content[: longest - 1].rstrip() + "…"
