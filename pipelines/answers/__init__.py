"""What a reader asks of a release, answered from its public tables alone."""
