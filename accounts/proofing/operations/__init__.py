"""Proving who a person is, and keeping the numbers that say so."""
