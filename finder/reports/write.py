"""Documents as files: written whole or not at all."""

from pathlib import Path
from typing import Literal

from finder.maps.documents.as_html import render_html
from finder.maps.documents.as_pdf import render_pdf
from finder.maps.documents.model import Document
from finder.sources.atomic import atomic_file

Format = Literal["pdf", "html"]


def document_bytes(document: Document, *, file_format: Format) -> bytes:
    """Return a document as the bytes of a file."""
    return render_pdf(document) if file_format == "pdf" else render_html(document).encode("utf-8")


def write_document(document: Document, path: Path, *, file_format: Format) -> None:
    """Write a document; a file that is there is only replaced by a whole one."""
    content = document_bytes(document, file_format=file_format)
    with atomic_file(path) as temporary:
        temporary.write_bytes(content)
