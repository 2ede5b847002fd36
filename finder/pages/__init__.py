"""One file per page of the app: thin, no computation."""
