"""Numbers and dates as a visitor reads them."""

import math

import pytest

from finder.words.wording import change_text, count_text, date_text, km_text, minutes_text, share_text

NB = "\u00a0"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0.2, "< 1 min"), (1, "1 min"), (12.37, "12 min"), (12.5, "13 min"), (59.4, "59 min"), (59.6, "1 h 00"),
     (65, "1 h 05"), (125.2, "2 h 05"), (math.inf, "—"), (math.nan, "—")],
)  # fmt: skip
def test_minutes_are_whole(minutes, text):
    assert minutes_text(minutes, "fr") == text.replace(" ", NB)


def test_hours_are_called_as_in_each_language():
    assert [minutes_text(65, code).replace(NB, " ") for code in ("fr", "nl", "de", "en")] == [
        "1 h 05", "1 u 05", "1 Std. 05", "1 h 05",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("share", "french", "english"),
    [(0.81, "81 %", "81%"), (0, "0 %", "0%"), (1, "100 %", "100%"), (0.9999, "> 99 %", "> 99%"),
     (0.0001, "< 1 %", "< 1%"), (0.994, "99 %", "99%")],
)  # fmt: skip
def test_shares_are_never_a_false_all_or_nothing(share, french, english):
    assert share_text(share, "fr") == french.replace(" ", NB)
    assert share_text(share, "en") == english.replace(" ", NB)


def test_thousands_are_set_apart():
    assert count_text(1250, "fr") == f"1{NB}250"
    assert count_text(1250, "de") == f"1{NB}250"
    assert count_text(1_106_375.4, "en") == "1,106,375"


def test_kilometres_have_a_decimal_when_short():
    assert km_text(3.42, "fr") == f"3,4{NB}km"
    assert km_text(3.42, "en") == f"3.4{NB}km"
    assert km_text(9.96, "nl") == f"10{NB}km"


def test_changes_have_a_sign():
    assert change_text(6.2, "fr") == f"+6{NB}min"
    assert change_text(-6.2, "fr") == f"−6{NB}min"
    assert change_text(0.3, "fr") == "="


@pytest.mark.parametrize(
    ("iso", "french", "german"),
    [("2026-01-27", "27 janvier 2026", "27. Januar 2026"), ("2020-02-01", "1er février 2020", "1. Februar 2020"),
     ("2026-01", "janvier 2026", "Januar 2026"),
     ("2026", "2026", "2026"), (None, "—", "—"), (math.nan, "—", "—")],
)  # fmt: skip
def test_dates_keep_their_precision(iso, french, german):
    assert date_text(iso, "fr") == french
    assert date_text(iso, "de") == german
