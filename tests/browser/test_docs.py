from playwright.sync_api import expect


def test_an_admin_signs_in_through_the_dialog_and_calls_an_admin_operation(page, server, admin, screenshots):
    page.goto(f"{server}/docs")
    page.get_by_role("button", name="Authorize").first.click()
    dialog = page.locator(".dialog-ux")
    dialog.get_by_label("username").fill(admin.email)
    dialog.get_by_label("password").fill(admin.password)
    dialog.locator(".auth-container", has_text="username").locator("button.authorize").click()
    expect(dialog.get_by_text("Logout")).to_be_visible()
    dialog.get_by_text("Close", exact=True).first.click()

    operation = page.locator("[id^=operations-][id$=-admin_list_users]")
    operation.locator(".opblock-summary").click()
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table .response").first
    expect(answer.locator(".response-col_status")).to_contain_text("200")
    expect(answer).to_contain_text(admin.email)
    page.screenshot(path=screenshots / "docs.png")

    assert page.hosts == {server.removeprefix("http://")}
    assert page.complaints == []
