"""`python -m pipelines.cli`, the same as `dovetail`."""

from pipelines.cli import main

main()
