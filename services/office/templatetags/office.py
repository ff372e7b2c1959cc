"""How the office's pages draw fields of forms."""

from django import forms, template
from django.forms import BoundField

register = template.Library()


@register.filter
def shape(field: BoundField) -> str:
    """Return how a field is drawn: `one` box to tick, `many` to choose from, or a `line` with its label above."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "one"
    return "many" if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple) else "line"
