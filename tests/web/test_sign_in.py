"""Signing in to the web client."""

from tests.support import Join
from tests.web.site import Site


async def test_a_link_survives_the_sign_in(site: Site, join: Join) -> None:
    ann = await join("ann")

    page = await site.open("/settings?tab=1#security")
    await page.get_by_label("E-mail address or user name").fill(ann.email)
    await page.get_by_label("Password", exact=True).fill(ann.password)
    await page.get_by_role("button", name="Sign in", exact=True).click()

    await page.wait_for_url(f"{site.origin}/settings?tab=1#security")
    await page.get_by_role("heading", name="Settings", level=1).wait_for()


async def test_a_wrong_password_is_a_sentence(site: Site, join: Join) -> None:
    ann = await join("ann")

    page = await site.open("/sign-in")
    await page.get_by_label("E-mail address or user name").fill(ann.email)
    await page.get_by_label("Password", exact=True).fill("not this one")
    await page.get_by_role("button", name="Sign in", exact=True).click()

    alert = page.get_by_role("alert")
    await alert.wait_for()
    assert "password" in (await alert.inner_text()).lower()


async def test_nobody_is_sent_to_another_site(site: Site, join: Join) -> None:
    ann = await join("ann")
    await site.sign_in(ann)

    for path in ("//evil.example/", "/\\evil.example", "https://evil.example/"):
        page = await site.open(f"/sign-in?next={path}")
        await page.wait_for_url(f"{site.origin}/")
