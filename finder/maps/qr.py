"""A link as a square code to photograph from paper."""

from finder.errors import DocumentError
from finder.maps.svg_elements import Drawing, drawing, shape

QUIET_MODULES = 4
"""Blank rim that readers need (ISO/IEC 18004)."""


def qr_svg(text: str, *, width: float = 76.0) -> Drawing:
    """Return ``text`` as a QR code, black on white in any theme, readable with a tenth of it damaged (level M).

    Parameters
    ----------
    text
        A link of at most some 2,300 characters.
    width
        In points; a module should be at least 1 point wide on paper.

    Raises
    ------
    DocumentError
        If the text is too long for a code.
    """
    import segno
    from segno.encoder import DataOverflowError

    try:
        code = segno.make_qr(text, error="m", boost_error=False)
    except DataOverflowError as error:
        raise DocumentError(f"A link of {len(text)} characters does not fit in a QR code: shorten it.") from error
    rows = [bytes(row) for row in code.matrix]
    module = width / (len(rows) + 2 * QUIET_MODULES)
    ones = [(x + QUIET_MODULES, y + QUIET_MODULES) for y, row in enumerate(rows) for x, bit in enumerate(row) if bit]
    dark = "".join(f"M{x} {y}h1v1h-1z" for x, y in ones)
    whole = width / module
    return drawing(
        [
            f'<g transform="scale({module:.5f})">',
            shape("rect", x=0, y=0, width=whole, height=whole, fill="#ffffff"),
            shape("path", d=dark, fill="#000000"),
            "</g>",
        ],
        width=width,
        height=width,
    )
