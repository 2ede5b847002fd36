"""A scenario as the text of a link, and back: compressed JSON, small, and trusted in nothing."""

import base64
import binascii
import json
import re
import zlib
from typing import Final

from finder.capacity.scenario import Scenario
from finder.capacity.scenario_json import BYTES_MAX, scenario_json
from finder.errors import ScenarioFormatError, ScenarioSizeError

LINK_MAX: Final = 4_000
"""Characters of the scenario in a link: mail programs and servers cut longer addresses."""

_FORM: Final = re.compile(r"[A-Za-z0-9_-]+")


def link_text(scenario: Scenario) -> str:
    """Return a scenario as the text of a link.

    Raises
    ------
    ScenarioSizeError
        If it is longer than :data:`LINK_MAX`.
    """
    compact = json.dumps(json.loads(scenario_json(scenario)), ensure_ascii=False, separators=(",", ":"))
    text = base64.urlsafe_b64encode(zlib.compress(compact.encode(), 9)).decode().rstrip("=")
    if len(text) > LINK_MAX:
        raise ScenarioSizeError(
            f"The scenario needs {len(text)} characters in a link: {LINK_MAX} at most. Save it, or take its file."
        )
    return text


def read_link(text: str) -> bytes:
    """Return the JSON text that a link holds; whether it is a scenario is for its reader to say.

    Raises
    ------
    ScenarioSizeError
        If the link, or what it unfolds to, is too long.
    ScenarioFormatError
        If it was cut, or never was one of ours.
    """
    if len(text) > LINK_MAX:
        raise ScenarioSizeError(f"The link holds {len(text)} characters: {LINK_MAX} at most.")
    if not _FORM.fullmatch(text):
        raise ScenarioFormatError("The link holds no scenario: it was changed or cut. Ask for it again.")
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unfolding = zlib.decompressobj()
        found = unfolding.decompress(packed, BYTES_MAX + 1)
    except (binascii.Error, zlib.error) as error:
        raise ScenarioFormatError("The link holds no scenario: it was changed or cut. Ask for it again.") from error
    if len(found) > BYTES_MAX:
        raise ScenarioSizeError(f"The link unfolds to more than {BYTES_MAX} bytes.")
    if not unfolding.eof or unfolding.unused_data:
        raise ScenarioFormatError("The link holds no scenario: it was changed or cut. Ask for it again.")
    return found
