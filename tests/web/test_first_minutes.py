"""A stranger's first five minutes: from the address of the server to a saved set, without reading anything."""

from tests.web.site import Site


async def test_from_the_address_to_a_saved_set(site: Site) -> None:
    page = await site.open("/")

    # Nothing is there yet, so the first page offers an account.
    await page.get_by_role("link", name="Create an account").click()
    await page.get_by_label("E-mail address", exact=True).fill("stranger@example.com")
    await page.get_by_label("Password", exact=True).fill("correct horse battery staple")
    await page.get_by_role("button", name="Create account").click()
    await page.get_by_role("heading", name="Your first set is the hardest").wait_for()
    await page.get_by_role("link", name="Count a set").click()
    await page.get_by_role("button", name="Try it with a recording").click()
    await page.get_by_role("heading", name="Is this right?").wait_for(timeout=120_000)
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("link", name="Look at your workout").click()
    await page.get_by_role("button", name="Finish").click()
    await page.get_by_role("dialog").get_by_role("button", name="Finish").click()
    await page.get_by_role("button", name="Do it again").wait_for()
    await page.get_by_role("link", name="Home").click()

    # The dashboard has the set.
    await page.get_by_role("heading", name="This week").wait_for()
    await page.get_by_role("heading", name="Recent records").wait_for()
