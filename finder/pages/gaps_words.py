"""How the page Gaps names definitions, limits and how sure something is."""

from typing import Final

from finder.words.messages import Messages
from finder.words.wording import NEVER, count_text, decimal_text, share_text

ROUND_FROM: Final = 1_000


def definition_name(t: Messages, key: str, limit: float) -> str:
    """Return what a definition says, with its limit as people set it."""
    if key.startswith("beyond_"):
        _, mode, minutes = key.split("_")
        return t("gaps.def.beyond", minutes=minutes, by=t("by." + mode), limit=number_text(t, limit))
    if key.startswith("farther_"):
        _, mode, minutes = key.split("_")
        return t("gaps.def.farther", minutes=minutes, by=t("by." + mode))
    return t("gaps.def." + key, limit=number_text(t, limit))


def definition_text(t: Messages, key: str) -> str:
    """Return where a definition comes from and what it leaves out."""
    return t("gaps.def_text." + ("beyond" if key.startswith("beyond_") else key))


def limit_name(t: Messages, key: str, value: float) -> str:
    """Return a limit with its unit."""
    unit = key if key in ("crowded", "lowest_fifth") else "beyond" if key.startswith("beyond_") else "rate"
    return t("gaps.limit." + unit, value=number_text(t, value))


def number_text(t: Messages, value: float) -> str:
    """Return a number with a decimal only where it has one."""
    return count_text(value, t.language) if value == round(value) else decimal_text(value, t.language)


def certainty_text(t: Messages, name: str) -> str:
    """Return how sure it is, in a word or two."""
    return t("gaps.certainty." + name)


def share_short(t: Messages, share: float, name: str) -> str:
    """Return a share of draws with how sure that is, where a header says what it is a share of."""
    return NEVER if name == "unknown" else f"{share_text(share, t.language)} · {certainty_text(t, name)}"


def share_words(t: Messages, share: float, name: str) -> str:
    """Return a share of draws with how sure that is."""
    if name == "unknown":
        return NEVER
    return t("gaps.share_words", share=share_text(share, t.language), certainty=certainty_text(t, name))


def rounded_children(count: float) -> float:
    """Return a number of children to the nearest hundred from a thousand on: more would promise too much."""
    return count if count < ROUND_FROM else round(count, -2)


def range_text(t: Messages, value: float, low: float, high: float) -> str:
    """Return an expected number with its range over the draws."""
    expected, least, most = (count_text(number, t.language) for number in (value, low, high))
    return t("gaps.range", value=expected, low=least, high=most)
