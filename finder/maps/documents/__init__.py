"""Documents to take away: one model of what they say, rendered as HTML and as PDF."""
