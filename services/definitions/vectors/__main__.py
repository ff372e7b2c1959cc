"""Work out the expectations of the shared vectors anew."""

from services.definitions.vectors import FILE, regenerated

FILE.write_text(regenerated(), "utf-8")
