"""Charts: a module for each kind builds a Vega-Lite specification; drawing.py makes pictures of them."""
