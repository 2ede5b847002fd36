"""Services of every kind in one table, from the source files, with an account of every row."""

from finder.sources.services.build import build_services, summarise_source_rows

__all__ = ["build_services", "summarise_source_rows"]
