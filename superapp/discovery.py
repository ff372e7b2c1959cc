"""Finds the modules that plug agencies in."""


def discover_modules() -> list[str]:
    """Return the dotted paths of the modules' app configurations."""
    return []
