"""Writing an agency's services on pages: by the operations and queries that the API calls, too."""
