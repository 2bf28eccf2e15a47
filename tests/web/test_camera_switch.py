"""Changing the camera in the middle of a set: the other side of a phone, or the next camera of a computer."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from tests.providers.browser import find_chromium, run_chromium
from tests.support import Join, wait_until
from tests.web.site import Site

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

# Chromium's own cameras look to no side. On a phone, the second one would look away from the person.
_PHONE = """
  const getSettings = MediaStreamTrack.prototype.getSettings;
  MediaStreamTrack.prototype.getSettings = function () {
    return { ...getSettings.call(this), facingMode: this.label.endsWith("1") ? "environment" : "user" };
  };
  const media = navigator.mediaDevices;
  // Not on the empty page of a new tab.
  const getUserMedia = media?.getUserMedia.bind(media);
  if (media) media.getUserMedia = async ({ video: { facingMode, ...video }, audio }) => {
    const side = facingMode?.exact ?? facingMode;
    const label = { user: "fake_device_0", environment: "fake_device_1" }[side];
    const device = (await media.enumerateDevices()).find((device) => device.label === label);
    return getUserMedia({ video: device ? { ...video, deviceId: { exact: device.deviceId } } : video, audio });
  };
"""

_IS_SHOWN = """(label) => {
  const video = document.querySelector(".picture video");
  return video?.srcObject?.getVideoTracks()[0].label === label && video.readyState >= 2 && !video.paused;
}"""


@pytest.fixture
async def chromium() -> AsyncIterator["BrowserContext"]:
    """Chromium with two cameras."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium found (apt-get install chromium, or set TEST_CHROMIUM)")
    async with run_chromium(path, "--use-fake-device-for-media-stream=device-count=2") as context:
        yield context


async def start_camera(site: Site) -> "Page":
    page = await site.open("/count")
    await page.get_by_role("button", name="Start the camera").click()
    await page.get_by_role("button", name="Use another camera").wait_for(timeout=60_000)
    await page.get_by_text("Nobody in the picture").wait_for(timeout=60_000)
    return page


async def switch(page: "Page", expected: str) -> None:
    """Change the camera, and wait until the picture is that of the expected one."""
    await page.get_by_role("button", name="Use another camera").click()
    await wait_for_camera(page, expected)


async def wait_for_camera(page: "Page", expected: str) -> None:
    async def is_shown() -> bool:
        # Not wait_for_function, which evaluates a text in the page: its policy forbids that.
        return bool(await page.evaluate(_IS_SHOWN, expected))

    await wait_until(is_shown, seconds=60)


async def is_mirrored(page: "Page") -> bool:
    transform = "getComputedStyle(document.querySelector('.picture video')).transform"
    return str(await page.evaluate(transform)) == "matrix(-1, 0, 0, 1, 0, 0)"


@pytest.fixture
async def signed_in(site: Site, join: Join) -> Site:
    await site.sign_in(await join("ann"))
    await site.context.grant_permissions(["camera"], origin=site.origin)
    return site


async def test_a_computer_goes_around_its_cameras(signed_in: Site) -> None:
    page = await start_camera(signed_in)
    assert await is_mirrored(page)

    for label in ("fake_device_1", "fake_device_0", "fake_device_1"):
        await switch(page, label)
        assert await is_mirrored(page)

    # The set goes on, and ends with one camera closed and no error.
    await page.get_by_role("button", name="Stop").click()
    await page.get_by_role("heading", name="No rep was counted").wait_for()
    await page.get_by_role("button", name="Discard").click()
    # The next set begins with the camera that was chosen.
    await page.get_by_role("button", name="Start the camera").click()
    await wait_for_camera(page, "fake_device_1")


async def test_only_the_camera_that_looks_at_the_person_is_a_mirror(signed_in: Site) -> None:
    await signed_in.context.add_init_script(_PHONE)
    page = await start_camera(signed_in)
    assert await is_mirrored(page)
    await switch(page, "fake_device_1")
    assert not await is_mirrored(page)
    await switch(page, "fake_device_0")
    assert await is_mirrored(page)


async def test_a_camera_that_does_not_open_leaves_the_former_one(signed_in: Site) -> None:
    page = await start_camera(signed_in)
    await page.evaluate("""() => {
      const getUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      let isFirst = true;
      navigator.mediaDevices.getUserMedia = (constraints) => {
        if (!isFirst) return getUserMedia(constraints);
        isFirst = false;
        return Promise.reject(new DOMException("It is in use.", "NotReadableError"));
      };
    }""")

    former = await page.evaluate("document.querySelector('.picture video').srcObject.id")
    await switch(page, "fake_device_0")
    await page.get_by_text("The other camera does not open.").wait_for()

    # It was closed first: a phone has one camera open at a time.
    assert await page.evaluate("document.querySelector('.picture video').srcObject.id") != former
    await page.get_by_role("status", name="Reps").wait_for()
