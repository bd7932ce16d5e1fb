"""Public and restricted from one run: which counts a public build may not show, proof of it, and the second build."""
