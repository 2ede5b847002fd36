"""Where to put sites: location models, each with a bound that says how good its answer is."""
