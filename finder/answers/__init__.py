"""The questions that the pages and the command both ask, answered once: one model, two faces."""
