"""When a service is open: recurrences, next dates, holidays, calendar files."""
