"""Mobile consultations: where and how often a unit stops, in which rounds, and whether a plan keeps every rule."""
