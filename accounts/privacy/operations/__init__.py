"""What changes about a person's rights over their data."""
