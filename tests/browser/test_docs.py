"""The documentation's viewer: signs in through the platform's own provider, and calls the API with what it got."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import DESK, before_a_screen
from tests.browser.scene import RESIDENT, Scene
from tests.journeys.test_spine import PASSWORD


def test_the_viewer_signs_in_and_asks_without_the_network(scene: Scene, chromium: Browser) -> None:
    context = chromium.new_context(viewport=DESK)
    visitor = before_a_screen(context, scene.base_url)
    page = visitor.page
    visitor.go("/api/docs/")
    page.get_by_role("button", name="Authorize").first.click()
    page.locator("#applications_authorizationCode_oauth2_checkbox, [id*=applications]").first.wait_for(state="attached")

    with page.expect_popup() as opened:
        page.locator(".auth-btn-wrapper button.authorize").click()
    sign_in = opened.value
    sign_in.locator("#id_login").fill(RESIDENT)
    sign_in.locator("#id_password").fill(PASSWORD)
    with sign_in.expect_event("close"):
        sign_in.locator("main form button[type=submit]").first.click()
    page.locator(".auth-btn-wrapper button.btn-done").click()

    operation = page.locator("#operations-applications-applications_list")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()

    answer = operation.locator(".live-responses-table .response-col_status")
    expect(answer.last).to_contain_text("200")
    assert visitor.complaints == []
    context.close()
