"""The one door: everything that reads a file or the network."""
