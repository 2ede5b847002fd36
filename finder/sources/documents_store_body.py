"""What may be stored: plain JSON of a limited size under a name a person can read."""

import hashlib
import json
import re
import unicodedata
from typing import Any, Final

from finder.errors import DocumentBodyError

BODY_LIMIT_BYTES: Final = 200_000
DEPTH_LIMIT: Final = 64
NAME_LIMIT: Final = 200
LABEL_LIMIT: Final = 100
_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")


def canonical_json(body: Any) -> str:  # noqa: ANN401
    """Return the one text of a body: keys sorted, no spaces, nothing escaped that need not be."""
    return json.dumps(body, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def body_sha(body: Any) -> str:  # noqa: ANN401
    """Return the SHA-256 of the canonical text of a body, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(body).encode()).hexdigest()


def checked_body(body: object) -> dict[str, Any]:
    """Return a body as it will be read back; nothing of it is shared with the caller's.

    Raises
    ------
    DocumentBodyError
        If it is not a JSON object, nests too deep, holds what JSON or PostgreSQL cannot (NaN, other types, keys that
        are no text, half a character, the character 0), or is larger than :data:`BODY_LIMIT_BYTES`.
    """
    if not isinstance(body, dict):
        raise DocumentBodyError(f"The body of a document is a JSON object, not {type(body).__name__}.")
    _check_parts(body, 1)
    try:
        text = canonical_json(body)
        size = len(text.encode())
    except (TypeError, ValueError) as error:
        raise DocumentBodyError(f"The body of a document is plain JSON only: {error}.") from error
    if size > BODY_LIMIT_BYTES:
        raise DocumentBodyError(f"The document has {size:,} bytes, at most {BODY_LIMIT_BYTES:,} are kept. Shorten it.")
    read: dict[str, Any] = json.loads(text)
    return read


def checked_name(name: str) -> str:
    """Return a name without blanks around it.

    Raises
    ------
    DocumentBodyError
        If it is empty, longer than :data:`NAME_LIMIT`, or has control characters.
    """
    return _checked_text(name, NAME_LIMIT, "A document's name")


def checked_label(label: str | None) -> str | None:
    """Return the label of who saves, or None.

    Raises
    ------
    DocumentBodyError
        If it is empty, longer than :data:`LABEL_LIMIT`, or has control characters.
    """
    return None if label is None else _checked_text(label, LABEL_LIMIT, "The label of who saves")


def checked_kind(kind: str) -> str:
    """Return a kind of document.

    Raises
    ------
    DocumentBodyError
        If it is not a short word of small letters, digits and underscores.
    """
    if not isinstance(kind, str) or not _KIND.fullmatch(kind):
        raise DocumentBodyError(f"Kind of document {kind!r}: use small letters, digits and _, at most 40.")
    return kind


def _checked_text(value: str, limit: int, what: str) -> str:
    text = value.strip() if isinstance(value, str) else ""
    # Controls, and halves of characters, which no encoding can hold. "Cf" (joiners of emoji, accents) may stand.
    if not 0 < len(text) <= limit or any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text):
        raise DocumentBodyError(f"{what} has 1 to {limit} characters and no control characters.")
    return text


def _check_parts(value: object, depth: int) -> None:
    if depth > DEPTH_LIMIT:
        raise DocumentBodyError(f"The body of a document nests deeper than {DEPTH_LIMIT} levels.")
    if isinstance(value, str) and "\0" in value:
        raise DocumentBodyError("The body of a document holds the character 0, which a database cannot keep.")
    if isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str):
                raise DocumentBodyError(f"The body of a document has a key that is no text: {key!r}.")
            _check_parts(key, depth)
            _check_parts(part, depth + 1)
    elif isinstance(value, list | tuple):
        for part in value:
            _check_parts(part, depth + 1)
