"""The survey of satisfaction on a page: nine questions, each with four answers, and room for words."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from services.applications.operations.satisfaction import not_asked, rate, survey_of
from services.pages.manners import on_form, page_language, told_as_page
from services.portal.own import own


class SurveyForm(forms.Form):
    """The nine questions, as the survey words them."""

    words = forms.CharField(
        label=gettext_lazy("In your words"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any, *, survey: dict[str, Any]) -> None:
        answered = survey["scores"] or {}
        super().__init__(data, initial={"words": survey["words"] or ""} | answered)
        for each in survey["questions"]:
            self.fields[each["key"]] = forms.TypedChoiceField(
                label=each["question"], choices=[(one["score"], one["label"]) for one in each["answers"]],
                coerce=int, widget=forms.RadioSelect,
            )  # fmt: skip
        self.keys = [each["key"] for each in survey["questions"]]
        self.order_fields([*self.keys, "words"])

    def scores(self) -> dict[str, int]:
        """Return the score of each element."""
        return {key: self.cleaned_data[key] for key in self.keys}


def is_open(survey: dict[str, Any], now: datetime) -> bool:
    """Return whether a survey may be answered, or its answer changed."""
    return survey["open_until"] is not None and now <= datetime.fromisoformat(survey["open_until"])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@told_as_page
def survey_page(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask how the service was; a POST keeps the answer, which for a while may be changed."""
    row, now = own(request, id), timezone.now()
    survey = survey_of(id, language=page_language())
    if not is_open(survey, now):
        raise not_asked()
    form = SurveyForm(request.POST or None, survey=survey)
    if request.method == "POST" and form.is_valid():
        said = {"scores": form.scores(), "words": form.cleaned_data["words"]}
        if on_form(form, lambda: rate(application_id=id, now=now, **said)):
            messages.success(request, _("Thank you. It counts, and nobody at the agency sees that it was you."))
            return HttpResponseRedirect(reverse("track", args=[id]))
    return render(request, "portal/survey.html", {"row": row, "form": form, "survey": survey})
