"""Changing applications: drafts, files, submission, transitions."""
