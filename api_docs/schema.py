"""What drf-spectacular cannot see by itself: pages, problems, conditional requests, idempotency."""

from collections.abc import Iterable, Mapping
from typing import Any

from drf_spectacular.openapi import AutoSchema as BaseAutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer
from rest_framework import serializers

from api_docs.refusals import refusal

_LANGUAGE = OpenApiParameter(
    "Accept-Language",
    str,
    OpenApiParameter.HEADER,
    enum=["id", "en"],
    description="Indonesian unless `en` is preferred.",
)
_MAY_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag read last: refused (412) if somebody was first."
)
_IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match", str, OpenApiParameter.HEADER, description="The ETag read last; 304 when nothing changed."
)

_ALWAYS = {400, 429, 503}
_ETAG = {"description": "For `If-None-Match` and `If-Match`.", "required": True, "schema": {"type": "string"}}


class ProblemField(serializers.Serializer[dict[str, str]]):
    pointer = serializers.CharField(help_text="JSON pointer (RFC 6901) into what was sent.")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemOut(serializers.Serializer[dict[str, Any]]):
    """Every error, as RFC 9457 has it. `code` is for programs and stable, `detail` for people."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = ProblemField(many=True)  # type: ignore[assignment]  # the field of RFC 9457, not the property
    trace_id = serializers.CharField(help_text="Finds the request in the log.")


class AutoSchema(BaseAutoSchema):
    """Adds to each operation what the platform's manners promise for all of them.

    A view names the refusals of its own domain in `problem_statuses`: statuses, or a dict of method to statuses.
    """

    def get_override_parameters(self) -> list[Any]:
        parameters = [_LANGUAGE]
        if self.method == "GET":
            parameters.append(_IF_NONE_MATCH)
        if getattr(self._handler(), "needs_if_match", False):
            parameters.append(
                OpenApiParameter(
                    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag read last."
                )
            )
        if getattr(self._handler(), "may_match", False):
            parameters.append(_MAY_MATCH)
        if key := getattr(self._handler(), "idempotency_key", ""):
            parameters.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    str,
                    OpenApiParameter.HEADER,
                    required=key == "required",
                    description="1 to 255 characters, such as a new UUID. Sent again, the first answer is given again.",
                )
            )
        return parameters

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            responses = operation["responses"]
            matching = any(getattr(self._handler(), name, False) for name in ("needs_if_match", "may_match"))
            if self.method == "GET" or "201" in responses or matching:
                for done in {"200", "201"} & set(responses):
                    responses[done]["headers"] = {"ETag": _ETAG}
            if self.method == "GET":
                responses["304"] = {"description": "Nothing changed since that ETag."}
            for status in sorted(self._problems(operation)):
                responses.setdefault(str(status), self._problem(status))
        return operation

    def _handler(self) -> Any:
        return getattr(self.view, self.method.lower())

    def _problems(self, operation: Mapping[str, Any]) -> set[int]:
        statuses = _ALWAYS | set(self._own_problems())
        parameters = operation.get("parameters", [])
        if any(each["in"] == "path" for each in parameters):
            statuses.add(404)
        if any(operation.get("security", ())):  # an empty requirement means that none is needed
            statuses |= {401, 403}
        if self.method in ("POST", "PUT", "PATCH"):
            statuses.add(411)
        if "requestBody" in operation:
            statuses |= {413, 415}
        names = {each["name"] for each in parameters if each["in"] == "header"}
        if "If-Match" in names:
            statuses |= {412} if getattr(self._handler(), "may_match", False) else {412, 428}
        if "Idempotency-Key" in names:
            statuses |= {413, 422}
        return statuses

    def _own_problems(self) -> Iterable[int]:
        declared = getattr(self.view, "problem_statuses", ())
        return declared.get(self.method, ()) if isinstance(declared, Mapping) else declared

    def _problem(self, status: int) -> dict[str, str]:
        """Return the reference to the response that all operations share."""
        name, response = refusal(status, self.resolve_serializer(ProblemOut, "response").ref)
        component = ResolvedComponent(  # type: ignore[no-untyped-call]
            name, ResolvedComponent.RESPONSE, response, object=ProblemOut
        )
        self.registry.register_on_missing(component)
        return component.ref

    def _is_list_view(self, serializer: Any = None) -> bool:
        # A list is declared by `many=True`; a class-based view without a model says nothing about it.
        return isinstance(serializer, serializers.ListSerializer)

    def _get_response_for_code(self, serializer: Any, status_code: Any, *args: Any, **kwargs: Any) -> Any:
        response: dict[str, Any] = super()._get_response_for_code(  # type: ignore[no-untyped-call]
            serializer, status_code, *args, **kwargs
        )
        if isinstance(serializer, PolymorphicProxySerializer):
            # One of several by what was asked, and one may be more of the other: `oneOf` would refuse that.
            kinds = [self.resolve_serializer(each, "response").ref for each in serializer.serializers]
            for media in response.get("content", {}).values():
                media["schema"] = {"anyOf": kinds}
        if isinstance(serializer, serializers.ListSerializer):
            for media in response.get("content", {}).values():
                self._paginate(media)
        return response

    def _paginate(self, media: dict[str, Any]) -> None:
        """Put the list into the envelope of a page, and its examples with it."""
        address = {"type": ["string", "null"], "format": "uri", "description": "Address of that page; null at the end."}
        media["schema"] = {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": media["schema"]},
        }
        for example in media.get("examples", {}).values():
            value = example["value"]
            results = value if isinstance(value, list) else [value]
            example["value"] = {"next": None, "previous": None, "results": results}
