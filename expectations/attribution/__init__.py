"""Evidence on the built warehouse: is every observation attributed or explained, once, and for a declared reason?"""
