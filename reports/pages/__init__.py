"""One module for each kind of page: what it reads from the release and what it hands to its template."""
