"""A process that draws: a line of JSON in (a Vega-Lite specification), a line of JSON out ({"svg"} or {"error"}).

Started by drawing.py by its path, as a program of its own and not through multiprocessing, which would import the
caller's main module again. Imports nothing of ours; ends when its input does.
"""

from __future__ import annotations

import json
import sys


def main() -> None:
    """Draw until the input ends."""
    import vl_convert

    for line in sys.stdin:
        try:
            answer = {"svg": vl_convert.vegalite_to_svg(json.loads(line))}
        except ValueError as problem:
            answer = {"error": str(problem)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
