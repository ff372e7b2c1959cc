"""Inputs for answers and files that a page asks for, and what was typed into them."""

from typing import Any

from django import forms

from services.applications.queries.corrections import ANSWERS, FILES
from services.definitions.fields import Field
from services.pages.answers import input_for, shown_answer, typed_answer
from services.pages.manners import page_language
from superapp.http.problems import Problem, localized


class AnswersForm(forms.Form):
    """Inputs named by the pointers of what they ask: `fields_at` tells the field of each, `files_at` the document."""

    def __init__(self, data: Any, sent: Any) -> None:
        super().__init__(data, sent)
        self.fields_at: dict[str, Field] = {}
        self.files_at: dict[str, str] = {}

    def ask(self, field: Field, answers: Any) -> None:
        """Add an input for a field, with what was answered; none where one input cannot hold it."""
        made = input_for(field)
        if made is not None:
            made.initial = shown_answer(field, answers)
            self.fields[field.path], self.fields_at[field.path] = made, field

    def ask_file(self, requirement: str, *, label: str, help_text: str = "") -> None:
        """Add an input for a required document."""
        name = f"{FILES}{requirement}"
        self.fields[name] = forms.FileField(label=label, required=False, max_length=200, help_text=help_text)
        self.files_at[name] = requirement

    def patch(self) -> dict[str, Any]:
        """Return the answers that were typed, as a merge patch."""
        found: dict[str, Any] = {}
        for name, field in self.fields_at.items():
            inner = found
            *around, last = field.steps
            for step in around:
                inner = inner.setdefault(step, {})
            inner[last] = typed_answer(field, self.cleaned_data.get(name))
        return found

    def tell(self, problem: Problem) -> None:
        """Say beside each input what is wrong with it."""
        for error in problem.errors:
            name = error.pointer if error.pointer.startswith(FILES) else error.pointer.removeprefix(ANSWERS)
            self.add_error(name if name in self.fields else None, localized(error.detail, page_language()))
        if not problem.errors:
            self.add_error(None, localized(problem.detail, page_language()))
