"""Shapes of the inbox API. The lean path builds the same shape by hand; a test holds them equal."""

from typing import Any

from rest_framework import serializers


class NoticeOut(serializers.Serializer[dict[str, Any]]):
    """A message to me, in the language of the request."""

    id = serializers.UUIDField()
    kind = serializers.CharField(help_text="The event that it tells of, e.g. application.submitted.")
    title = serializers.CharField()
    body = serializers.CharField()
    application_id = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)
    url = serializers.URLField(
        allow_null=True, help_text="The page to which it leads: of an application, or a field of it to be put right."
    )
