"""Parts of the page that compares an indicator across structural models; pages/comparison_page.py puts them together.

Each part takes a comparison as the release holds it and gives a table, a chart or sentences. Models stand in the order
of their typology everywhere, and no part ranks them.
"""
