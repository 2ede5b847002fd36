"""A document as one HTML file that needs nothing else: styles and drawings are inside, nothing is fetched."""

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from finder.maps.documents.model import Document
from finder.maps.documents.plain import as_plain

if TYPE_CHECKING:
    import jinja2


def render_html(document: Document) -> str:
    """Return a document as an HTML page, ready for a screen in light or dark colours, for print and for screen readers.

    Every text is escaped; the page forbids scripts and anything from another address (Content-Security-Policy).
    """
    style = (files(__package__) / "document.css").read_text(encoding="utf-8")
    return _template().render(d=as_plain(document), style=style)


@cache
def _template() -> "jinja2.Template":
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string((files(__package__) / "document.html.jinja").read_text(encoding="utf-8"))
