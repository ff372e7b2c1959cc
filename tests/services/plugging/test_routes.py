"""A module stays below its prefix and asks who comes; what does not fit is refused at the start, naming the file."""

import pytest

from services.module_api import ModuleError, staff
from services.plugging.routes import check_routes, endpoint_routes, page_routes
from tests.services.plugging.conftest import Plug

VIEW = """
from django.urls import include, path, re_path
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.views import APIView
class Mine(APIView):
    required_scopes = ["applications"]
"""
PAGE = "from django.urls import path\ndef page(request): ...\nasync def later(request): ...\n"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (VIEW + "urlpatterns = [path('/x/', Mine.as_view())]", "the route '/x/' leads out of `opd/dlh/`"),
        (VIEW + "urlpatterns = [path('../x/', Mine.as_view())]", "the route '../x/' leads out of `opd/dlh/`"),
        (VIEW + "urlpatterns = [path('a/', include([re_path('^/x$', Mine.as_view())]))]", "leads out of"),
        (VIEW + "urlpatterns = [path('x/', lambda request: None)]", "the view of 'x/' is no view of rest_framework"),
        (VIEW + "urlpatterns = [path('x/', APIView.as_view())]", "the view of 'x/': set `required_scopes`"),
        (VIEW + "class A(Mine): authentication_classes = [SessionAuthentication]\n"
         "urlpatterns = [path('x/', A.as_view())]",
         "leave out `authentication_classes`"),
        (VIEW + "urlpatterns = [path('x/', Mine.as_view(authentication_classes=[]))]",
         "leave out `authentication_classes`"),
        (VIEW + "class A(Mine): permission_classes = []\nurlpatterns = [path('x/', A.as_view())]",
         "`permission_classes` is empty"),
        (VIEW + "class A(Mine): required_scopes = ['office']\nurlpatterns = [path('x/', A.as_view())]",
         "set `staff_roles`"),
        (VIEW + "class A(Mine): required_scopes = {'POST': ['office']}\nurlpatterns = [path('x/', A.as_view())]",
         "set `staff_roles`"),
        (VIEW + "class A(Mine): staff_roles = ['boss']\nurlpatterns = [path('x/', A.as_view())]", "set `staff_roles`"),
        ("urlpatterns = 5", "`urlpatterns` must be a list"),
        ("x = 5", "`urlpatterns` is missing"),
        ("1 / 0", "it cannot be imported: ZeroDivisionError"),
    ],
)  # fmt: skip
def test_an_endpoint_that_does_not_fit_is_refused(plug: Plug, code: str, said: str) -> None:
    module = plug(api__urls=code)

    with pytest.raises(ModuleError) as refused:
        check_routes()

    assert str(refused.value).startswith(f"{module.path}/api/urls.py: ")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (PAGE + "urlpatterns = [path('/', page)]", "leads out of `opd/dlh/`"),
        (PAGE + "urlpatterns = [path('x/', later)]", "the view of 'x/' is `async`"),
        (VIEW + "urlpatterns = [path('x/', Mine.as_view())]", "is an endpoint: it belongs into `api/urls.py`"),
    ],
)
def test_a_page_that_does_not_fit_is_refused(plug: Plug, code: str, said: str) -> None:
    module = plug(pages__urls=code)

    with pytest.raises(ModuleError) as refused:
        check_routes()

    assert str(refused.value).startswith(f"{module.path}/pages/urls.py: ")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("first", "second"), [("", ""), ("", "prefix = 'dlh/taman'"), ("prefix = 'dlh/taman'", "prefix = 'dlh/taman'")]
)
def test_two_modules_below_one_prefix_are_refused(plug: Plug, first: str, second: str) -> None:
    plug(first, api__urls="urlpatterns = []")
    other = plug(second, name="opd_uji_dua", pages__urls="urlpatterns = []")

    with pytest.raises(ModuleError) as refused:
        check_routes()

    assert "apps.py: Uji: `prefix` is" in str(refused.value)
    assert other.path in str(refused.value) or "opd_uji_dua" in str(refused.value)


def test_two_modules_of_an_agency_stand_side_by_side_under_words_of_their_own(plug: Plug) -> None:
    plug("prefix = 'dlh/taman'", api__urls=VIEW + "urlpatterns = [path('x/', Mine.as_view())]")
    plug("prefix = 'dlh/sampah'", name="opd_uji_dua", pages__urls=PAGE + "urlpatterns = [path('', page)]")
    plug(name="opd_uji_tiga")

    check_routes()

    assert [str(each.pattern) for each in endpoint_routes()] == ["opd/dlh/taman/"]
    assert [str(each.pattern) for each in page_routes()] == ["opd/dlh/sampah/"]


@pytest.mark.parametrize("prefix", ["disdukcapil", "dlh/", "dlh/../x", "DLH", "dlh/a/b", "/dlh"])
def test_a_prefix_of_somebody_else_is_refused(plug: Plug, prefix: str) -> None:
    with pytest.raises(ModuleError, match=r"apps\.py: Uji: `prefix` is .*: it is \"dlh\", or \"dlh/\" and a word"):
        plug(f"prefix = {prefix!r}")


@pytest.mark.parametrize("roles", [(), ("boss",), ("officer", "resident")])
def test_a_page_for_staff_names_roles_that_there_are(roles: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="officer, approver, admin"):
        staff(*roles)
