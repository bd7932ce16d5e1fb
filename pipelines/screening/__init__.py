"""The screener: what a check of files found, in the order to mend it, as text, JSON and a page to send back."""
