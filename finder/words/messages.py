"""Messages in four languages: gettext catalogues per language, keys instead of sentences in the code.

Catalogues are the ``.po`` files of ``locales/<language>/``, one per part of the app (``shared`` holds what several
pages say); together they are compiled in memory at first use, so there is no second file to keep in step. A key that
is missing is an error, never an English text in the middle of a French page.
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


def read_catalogs(language: Language) -> dict[str, Catalog]:
    """Return the catalogues of a language as babel reads them, by part of the app, in order of their names."""
    folder = files("finder.words") / "locales" / language
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".po")), key=lambda entry: entry.name)
    return {entry.name.removesuffix(".po"): read_po(io.BytesIO(entry.read_bytes()), locale=language) for entry in found}


@cache
def _translations(language: Language) -> gettext.GNUTranslations:
    whole = Catalog(locale=language)
    for catalog in read_catalogs(language).values():
        for message in catalog:
            if message.id:
                whole[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, whole)
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
            raise MessageError(f"Message {key!r} is missing in locales/{self.language}: add it in every language.")
        return text.format(**values)

    def count(self, key: str, number: int, **values: object) -> str:
        """Return the message ``key`` in the grammatical number of ``number``, which the text calls ``{count}``."""
        text = _translations(self.language).ngettext(key, key, number)
        if text == key:
            raise MessageError(f"Plural {key!r} is missing in locales/{self.language}: add it in every language.")
        from finder.words.wording import count_text

        return text.format(count=count_text(number, self.language), **values)


def as_language(text: str | None) -> Language:
    """Return ``text`` as a language, French if it is none we speak."""
    for language in LANGUAGES:
        if text == language:
            return language
    return DEFAULT_LANGUAGE
