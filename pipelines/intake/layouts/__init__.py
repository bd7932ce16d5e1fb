"""How cells lie in a table: wide, long, template or register. One module a layout."""
