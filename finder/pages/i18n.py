"""Messages in four languages: one gettext catalogue per language, keys instead of sentences in the code.

Catalogues are the ``.po`` files of ``locales/``; they are compiled in memory at first use, so there is no second file
to keep in step. A key that is missing is an error, never an English text in the middle of a French page.
"""

import gettext
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, get_args

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from finder.errors import FinderError

Language = Literal["fr", "nl", "de", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
DEFAULT_LANGUAGE: Final[Language] = "fr"


class MessageError(FinderError, LookupError):
    """A message key that a catalogue does not have."""


def read_catalog(language: Language) -> Catalog:
    """Return the catalogue of a language as babel reads it."""
    text = (files("finder.pages") / "locales" / f"{language}.po").read_bytes()
    return read_po(io.BytesIO(text), locale=language)


@cache
def _translations(language: Language) -> gettext.GNUTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, read_catalog(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@dataclass(frozen=True)
class Messages:
    """The messages of one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """Return the message ``key`` with ``values`` in its places.

        Raises
        ------
        MessageError
            If the catalogue has no such key.
        """
        text = _translations(self.language).gettext(key)
        if text == key:
            raise MessageError(f"Message {key!r} is missing in {self.language}.po: add it to every catalogue.")
        return text.format(**values)

    def count(self, key: str, number: int, **values: object) -> str:
        """Return the message ``key`` in the grammatical number of ``number``, which the text calls ``{count}``."""
        text = _translations(self.language).ngettext(key, key, number)
        if text == key:
            raise MessageError(f"Plural {key!r} is missing in {self.language}.po: add it to every catalogue.")
        from finder.pages.wording import count_text

        return text.format(count=count_text(number, self.language), **values)


def as_language(text: str | None) -> Language:
    """Return ``text`` as a language, French if it is none we speak."""
    for language in LANGUAGES:
        if text == language:
            return language
    return DEFAULT_LANGUAGE
