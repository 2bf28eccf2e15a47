"""Measures the web client in Chromium: `uv run python -m web.e2e.measure http://localhost:8300 [--minutes 30]`.

Start a server first: `PORT=8300 DATA_DIR=$(mktemp -d) uv run exercise-buddy serve --demo`. Prints when each page is
interactive, the bytes of scripts before the Count page, the poses a second of a camera, and the memory over a long set.
"""

import argparse
import asyncio
import gzip
import json
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import async_playwright

from tests.providers.browser import find_chromium
from web.e2e.figure import write_squats
from web.e2e.recordings import FOLDER

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, Response, WebSocket

ROOT = Path(__file__).parents[2]
PATHS: dict[str, str] = json.loads((ROOT / "web" / "src" / "paths.json").read_text())
# Before the sign-in.
PUBLIC = ("signIn", "register", "forgotPassword", "verifyEmail", "resetPassword")
# It leads on at once.
LEFT_OUT = {"authCallback"}
SPEED = 8
PARTS = ["scripts", "pages", "poses", "memory"]

# Interactive: the heading is there and all that the page loads, and no task of more than 50 ms is running.
_OBSERVE = """
window.headingAt = null;
window.lastLongTask = 0;
new MutationObserver(() => {
  if (window.headingAt === null && document.querySelector("h1")) window.headingAt = performance.now();
}).observe(document, { childList: true, subtree: true });
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) window.lastLongTask = startTime + duration;
}).observe({ type: "longtask", buffered: true });
"""
_READ = """() => {
  const loaded = performance.getEntriesByType("resource").filter(({ name }) => !name.endsWith("/sw.js"));
  return Math.max(window.headingAt, window.lastLongTask, ...loaded.map(({ responseEnd }) => responseEnd));
}"""


async def sign_in(context: "BrowserContext", address: str) -> "Page":
    """Enter the demo account."""
    page = await context.new_page()
    await page.goto(address + PATHS["signIn"])
    await page.get_by_role("button", name="Look around with the demo account").click()
    await page.get_by_role("heading", name="This week").wait_for()
    return page


async def find_path(page: "Page", address: str, path: str) -> str:
    """Return the path of the first resource that the list of a page links to."""
    beginning = path.removesuffix(":id")
    await page.goto(address + beginning.rstrip("/"))
    return str(await page.locator(f"main a[href^='{beginning}']").first.get_attribute("href"))


async def measure_page(context: "BrowserContext", url: str, rounds: int) -> list[float]:
    """Return the milliseconds from the navigation until the page is interactive, of several loads."""
    times = []
    for _ in range(rounds):
        page = await context.new_page()
        await page.goto(url)
        await page.get_by_role("heading", level=1).wait_for()
        await page.wait_for_load_state("networkidle")
        times.append(float(await page.evaluate(_READ)))
        await page.close()
    return sorted(times)


async def measure_pages(context: "BrowserContext", address: str, rounds: int) -> None:
    """Print the times of all pages, and the size of the scripts of the first one."""
    await context.add_init_script(_OBSERVE)

    async def show(name: str, path: str) -> None:
        times = await measure_page(context, address + path, rounds)
        print(f"{name:18} {times[0]:5.0f} ms best, {times[len(times) // 2]:5.0f} ms median")

    for name in PUBLIC:
        await show(name, PATHS[name])
    page = await sign_in(context, address)
    paths = {
        name: await find_path(page, address, path) if ":id" in path else path
        for name, path in PATHS.items()
        if name not in LEFT_OUT and name not in PUBLIC
    }
    await page.close()
    for name, path in paths.items():
        await show(name, path)


async def measure_scripts(context: "BrowserContext", address: str) -> None:
    """Print the size of the scripts that load with the dashboard, compressed with gzip."""
    # A page that the service worker has not prepared.
    scripts: dict[str, Response] = {}

    def note(response: "Response") -> None:
        scripts[response.url] = response

    context.on("response", note)
    page = await sign_in(context, address)
    urls = await page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    bodies = [await scripts[url].body() for url in urls if url.endswith(".js") and url in scripts]
    total = sum(len(gzip.compress(body, 9)) for body in bodies)
    print(f"{len(bodies)} scripts before the Count page: {total / 1000:.0f} kB gzip")
    await page.close()


async def start_camera(context: "BrowserContext", address: str) -> tuple["Page", list[float]]:
    """Start the camera; return the page, and the times at which samples were sent."""
    await context.grant_permissions(["camera"], origin=address)
    page = await sign_in(context, address)
    sent: list[float] = []

    def listen(socket: "WebSocket") -> None:
        def note(payload: str | bytes) -> None:
            message = json.loads(payload)
            sent.extend([time.monotonic()] * len(message.get("times_ms", [])))

        socket.on("framesent", note)

    page.on("websocket", listen)
    await page.goto(address + PATHS["count"])
    await page.get_by_role("button", name="Start the camera").click()
    await page.get_by_role("status", name="Reps").wait_for(timeout=60_000)
    return page, sent


async def measure_poses(context: "BrowserContext", address: str, rounds: int) -> None:
    """Print the poses a second, of several intervals of ten seconds."""
    page, sent = await start_camera(context, address)
    await asyncio.sleep(5)
    rates = []
    for _ in range(rounds):
        before = len(sent)
        begin = time.monotonic()
        await asyncio.sleep(10)
        rates.append((len(sent) - before) / (time.monotonic() - begin))
    print("poses a second:", ", ".join(f"{rate:.1f}" for rate in sorted(rates, reverse=True)))
    await page.get_by_role("button", name="Discard").click()
    await page.close()


async def measure_memory(context: "BrowserContext", address: str, minutes: int) -> None:
    """Print the heap and the elements of the Count page over a set: a repeated recording, eight times as fast."""
    path = FOLDER / "bodyweight-squat.json"
    recording = json.loads(path.read_text())
    await context.route(f"**/assets/{path.stem}-*.json", lambda route: route.fulfill(json=repeat(recording, minutes)))
    page = await sign_in(context, address)
    client = await context.new_cdp_session(page)
    await page.goto(f"{address}{PATHS['count']}?speed={SPEED}")
    await page.get_by_role("radio", name="Bodyweight Squat").check()
    await page.get_by_role("button", name="Try it with a recording").click()
    await page.get_by_role("status", name="Reps").wait_for()
    begin = time.monotonic()
    heading = page.get_by_role("heading", name="Is this right?")
    while True:
        await client.send("HeapProfiler.collectGarbage")
        used = (await client.send("Runtime.getHeapUsage"))["usedSize"]
        nodes = (await client.send("Memory.getDOMCounters"))["nodes"]
        minute = (time.monotonic() - begin) * SPEED / 60
        print(f"minute {minute:5.1f} of the set: {used / 1e6:5.1f} MB, {nodes} nodes")
        if await heading.count():
            break
        await asyncio.sleep(3 * 60 / SPEED)
    print(await page.locator(".review-numbers strong").inner_text(), "counted")
    await page.close()


def repeat(recording: dict[str, Any], minutes: int) -> dict[str, Any]:
    """Return a recording that is performed again and again for some minutes."""
    joints: dict[str, list[list[int]]] = recording["joints"]
    samples = len(next(iter(joints.values()))[0])
    times = int(minutes * 60 * recording["hz"] / samples)

    def extend(row: list[int]) -> list[int]:
        # Rows are differences: each repetition begins where the first one did.
        again = [row[0] - sum(row), *row[1:]]
        return row + again * (times - 1)

    return {**recording, "joints": {name: [extend(row) for row in rows] for name, rows in joints.items()}}


async def main(address: str, parts: list[str], minutes: int, rounds: int) -> None:
    """Measure the parts of `PARTS` that are named."""
    with tempfile.TemporaryDirectory() as folder:
        video = Path(folder) / "camera.y4m"
        write_squats(video, 5)
        flags = [
            "--no-sandbox",
            "--no-proxy-server",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={video}",
        ]
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=find_chromium(), args=flags)
            if "scripts" in parts:
                await measure_scripts(await browser.new_context(), address)
            if "pages" in parts:
                await measure_pages(await browser.new_context(), address, rounds)
            if "poses" in parts:
                await measure_poses(await browser.new_context(), address, rounds)
            if "memory" in parts:
                await measure_memory(await browser.new_context(), address, minutes)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--minutes", type=int, default=29, help="the length of the set whose memory is measured")
    parser.add_argument("--rounds", type=int, default=5, help="how often a page is loaded and poses are counted")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.address, arguments.parts, arguments.minutes, arguments.rounds))
