"""Speed of Finder beside its peers: ``make bench``."""
