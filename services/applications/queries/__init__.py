"""Reading applications: a resident's own, an agency's queue."""
