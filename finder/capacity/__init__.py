"""Is it enough, what would change it: coverage, accessibility, forecast, siting. Pure: no file, no drawing."""
