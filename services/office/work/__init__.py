"""An officer's pages: what waits at their agency, one application, and everything that may be done with it."""
