"""Writing a bundle, and reading one that anybody may have touched: whatever was changed is named."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from typing import Any, Final

import jsonschema_rs
import orjson

from services.catalogue.bundles.signing import BadSignature, Signer, UnknownSigner, own_name, sign, signer_of
from services.definitions import canonical_json, content_hash
from services.definitions.cases import MOST_CASES
from services.definitions.values import depth_of, pointer_of
from superapp.http.problems import FieldError, Problem, invalid

FORMAT: Final = "service-bundle/1.1"
WITHOUT_CASES: Final = "service-bundle/1.0"  # what was written before cases travelled, and what has none
MOST_BYTES: Final = 32 * 1024 * 1024
_MOST_DEPTH: Final = 45
_MOST_ERRORS: Final = 50
_HASH: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_SLUG: Final = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 80}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def _line_with(**more: Any) -> dict[str, Any]:
    return _object(**_LINE_PARTS, **more)


def _shape_with(line: dict[str, Any], **more: Any) -> dict[str, Any]:
    services = {"type": "array", "minItems": 1, "maxItems": 1000, "items": line}
    manifest = _object(**{"from": {"type": "string", "minLength": 1, "maxLength": 255}, "services": services})
    return _object(**_PARTS, manifest=manifest, **more)


_LINE_PARTS: Final[dict[str, Any]] = {
    "service": _SLUG,
    "agency": {"type": "string", "minLength": 1, "maxLength": 30},
    "module": {"type": "string", "maxLength": 80},
    "sha256": _HASH,
    "version": {
        "anyOf": [
            {"type": "null"},
            _object(number={"type": "integer", "minimum": 1}, published_at={"type": "string", "maxLength": 40}),
        ]
    },
}
_PARTS: Final[dict[str, Any]] = {
    "format": {"type": "string", "maxLength": 40},
    "id": _HASH,
    "definitions": {"type": "object", "propertyNames": _SLUG, "additionalProperties": {"type": "object"}},
    "signature": {"type": "string", "maxLength": 1000},
}
_CASES: Final[dict[str, Any]] = {"type": "array", "minItems": 1, "maxItems": MOST_CASES, "items": {"type": "object"}}
_SHAPES: Final[dict[str, Any]] = {
    WITHOUT_CASES: _shape_with(_line_with()),
    FORMAT: _shape_with(
        _line_with(cases={"anyOf": [{"type": "null"}, _HASH]}),
        cases={"type": "object", "propertyNames": _SLUG, "additionalProperties": _CASES},
    ),
}


@dataclass(frozen=True, slots=True)
class Packed:
    """One service as a bundle holds it. `agency` and `module` are names; `number`, `published_at` say whence it came.

    Both are None for a draft. `cases` are its golden cases as they are written, by name.
    """

    service: str
    agency: str
    module: str
    content: dict[str, Any]
    number: int | None = None
    published_at: str | None = None
    cases: tuple[dict[str, Any], ...] = ()

    @property
    def sha256(self) -> str:
        """Return the hash of the definition."""
        return content_hash(self.content)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that is whole and signed by somebody who is trusted here. `source` is what its maker calls itself."""

    id: str
    source: str
    signer: Signer
    services: tuple[Packed, ...]


def pack(services: Sequence[Packed]) -> bytes:
    """Return the bundle of these services. The same services give the same bytes, in whatever order they come."""
    ordered = sorted(services, key=lambda each: each.service)
    cases = {each.service: list(each.cases) for each in ordered if each.cases}
    lines = [_line(each) | ({"cases": _hash_of(each.cases)} if cases else {}) for each in ordered]
    manifest = {"from": own_name(), "services": lines}
    signed = {"format": FORMAT if cases else WITHOUT_CASES, "id": _id(lines), "manifest": manifest}
    parts = {"definitions": {each.service: each.content for each in ordered}} | ({"cases": cases} if cases else {})
    return canonical_json(signed | parts | {"signature": sign(canonical_json(signed))})


def name_of(body: bytes) -> str:
    """Return the file name of a bundle: the service, where it is one, and the beginning of its id."""
    content = orjson.loads(body)
    lines = content["manifest"]["services"]
    what = lines[0]["service"] if len(lines) == 1 else f"{len(lines)}-services"
    return f"{what}-{content['id'][:12]}.bundle.json"


def opened(body: bytes) -> Bundle:
    """Read a bundle; every byte of it is as it was signed.

    :raises Problem: 400 naming each part that was changed, or that the signer is not known here; 413 when too large.
    """
    content = _read(body)
    lines, definitions = content["manifest"]["services"], content["definitions"]
    cases = content.get("cases", {})
    changed = chain(_changed(content["id"], lines, definitions), _changed_cases(lines, cases))
    errors = list(islice(changed, _MOST_ERRORS))
    signed = canonical_json({key: content[key] for key in ("format", "id", "manifest")})
    try:
        signer = signer_of(content["signature"], signed)
    except UnknownSigner as error:
        errors.append(_unknown_signer(str(error)))
    except BadSignature:
        errors.append(_error("/signature", "bad_signature", "Tanda tangan bukan untuk manifest ini.",
                             "The signature does not belong to this manifest."))  # fmt: skip
    if errors:
        raise invalid(errors)
    return Bundle(
        id=content["id"],
        source=content["manifest"]["from"],
        signer=signer,
        services=tuple(_packed(line, definitions[line["service"]], cases) for line in lines),
    )


def _line(each: Packed) -> dict[str, Any]:
    version = {"number": each.number, "published_at": each.published_at} if each.number else None
    return {
        "service": each.service,
        "agency": each.agency,
        "module": each.module,
        "sha256": each.sha256,
        "version": version,
    }


def _packed(line: dict[str, Any], content: dict[str, Any], cases: dict[str, Any]) -> Packed:
    version = line["version"] or {}
    return Packed(
        service=line["service"],
        agency=line["agency"],
        module=line["module"],
        content=content,
        number=version.get("number"),
        published_at=version.get("published_at"),
        cases=tuple(cases.get(line["service"], ())),
    )


def _hash_of(cases: Sequence[dict[str, Any]]) -> str | None:
    return content_hash(list(cases)) if cases else None


def _id(lines: Sequence[dict[str, Any]]) -> str:
    """Return the id: the same wherever the same definitions and cases of the same services are packed."""
    named = [[each[part] for part in ("service", "agency", "sha256")] for each in lines]
    return content_hash([[*each, *([line["cases"]] if line.get("cases") else [])]
                         for each, line in zip(named, lines, strict=True)])  # fmt: skip


def _read(body: bytes) -> Any:
    """Return the content, of the shape of a bundle and spelt in the one canonical way."""
    if len(body) > MOST_BYTES:
        detail = {"id": "Berkas terlalu besar.", "en": "The file is too large."}
        raise Problem(status=413, code="too_large", detail=detail)
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise invalid([_error("", "not_a_bundle", "Ini bukan berkas JSON.", "This is no JSON.")]) from None
    if isinstance(content, dict) and isinstance(content.get("format"), str) and content["format"] not in _SHAPES:
        said = content["format"][:40].encode("ascii", "backslashreplace").decode()
        raise invalid([_error("/format", "unsupported_format", f"Format {said} tidak dikenal; di sini {FORMAT}.",
                              f"Format {said} is not known; here it is {FORMAT}.")])  # fmt: skip
    if depth_of(content, _MOST_DEPTH) > _MOST_DEPTH:
        raise invalid([_error("", "too_deep", "Bertingkat terlalu dalam.", "It nests too deep.")])
    said = content.get("format") if isinstance(content, dict) else None
    shape = _shape(said if isinstance(said, str) else FORMAT)
    if wrong := list(islice(shape.iter_errors(content), _MOST_ERRORS)):
        raise invalid(
            [FieldError(pointer_of(list(each.instance_path)), "not_a_bundle", each.message[:200]) for each in wrong]
        )
    if canonical_json(content) != body.rstrip(b"\r\n"):
        raise invalid([_error("", "not_canonical", "Berkas diubah atau ditulis ulang; kirim apa adanya.",
                              "The file was changed or written anew; send it as it is.")])  # fmt: skip
    return content


@cache
def _shape(named: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_SHAPES[named])


def _changed(id: str, lines: list[dict[str, Any]], definitions: dict[str, Any]) -> Iterator[FieldError]:
    """Yield what does not fit what the manifest says."""
    services = [each["service"] for each in lines]
    if services != sorted(set(services)):
        yield _error("/manifest/services", "changed", "Layanan harus urut dan sekali saja.",
                     "Each service comes once, in order.")  # fmt: skip
    for line in lines:
        content = definitions.get(line["service"])
        if content is None:
            yield _error(f"/definitions/{line['service']}", "missing", "Definisi ini hilang.",
                         "This definition is missing.")  # fmt: skip
        elif content_hash(content) != line["sha256"]:
            yield _error(f"/definitions/{line['service']}", "changed", "Definisi ini diubah setelah ditandatangani.",
                         "This definition was changed after it was signed.")  # fmt: skip
    for extra in sorted(definitions.keys() - set(services)):
        yield _error(f"/definitions/{extra}", "unknown", "Manifest tidak menyebutnya.",
                     "The manifest does not name it.")  # fmt: skip
    if id != _id(lines):
        yield _error("/id", "changed", "Id bukan milik isi ini.", "The id is not of this content.")


def _changed_cases(lines: list[dict[str, Any]], cases: dict[str, Any]) -> Iterator[FieldError]:
    """Yield the golden cases that are not those that the manifest says."""
    said = {line["service"]: line.get("cases") for line in lines}
    for service in sorted(said.keys() | cases.keys()):
        if _hash_of(cases.get(service, ())) != said.get(service):
            yield _error(f"/cases/{service}", "changed", "Kasus uji diubah setelah ditandatangani.",
                         "The golden cases were changed after they were signed.")  # fmt: skip


def _unknown_signer(key_id: str) -> FieldError:
    return _error(
        "/signature",
        "unknown_signer",
        f"Kunci penanda tangan ({key_id}) tidak dikenal. Operator menambahkannya di BUNDLE_TRUSTED_KEYS.",
        f"The signer's key ({key_id}) is not known. An operator adds it to BUNDLE_TRUSTED_KEYS.",
    )


def _error(pointer: str, code: str, id: str, en: str) -> FieldError:
    return FieldError(pointer, code, {"id": id, "en": en})
