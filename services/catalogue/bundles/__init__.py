"""Services as one signed file that goes from one environment to another.

    {"format": "service-bundle/1.1",
     "id": <SHA-256 of what is in it: service, agency and hash of each>,
     "manifest": {"from": <name of the environment>, "services": [<line>, ...]},
     "definitions": {<service>: <definition>, ...},
     "cases": {<service>: [<golden case>, ...], ...},
     "signature": <JWS>}

It is canonical JSON and nothing is packed: equal content gives equal bytes, and what is small stays small. The
signature is a JWS without its payload (RFC 7515, appendix F; EdDSA, RFC 8037) over the canonical JSON of `format`, `id`
and `manifest`; the manifest holds the hash of each definition and of its golden cases. Where there are no cases it is
the format 1.0, without `cases`, as it was before they travelled. What belongs to an environment is named, not copied:
the agency by its code, a module by its name, regions by theirs; versions keep their numbers as a word of whence they
came.
"""

from services.catalogue.bundles.format import FORMAT, MOST_BYTES, Bundle, Packed, name_of, opened, pack
from services.catalogue.bundles.signing import Signer, own_line

__all__ = ["FORMAT", "MOST_BYTES", "Bundle", "Packed", "Signer", "name_of", "opened", "own_line", "pack"]
