"""Reading what a person may know of their data."""
