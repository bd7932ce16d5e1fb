"""Parts of an indicator's page; pages/indicator_page.py puts them together.

Each part takes what the release holds of one indicator and gives a table, a chart or sentences.
"""
