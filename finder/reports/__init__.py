"""Documents to print and keep: answers put into words, for HTML and PDF."""
