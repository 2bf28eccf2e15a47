"""What holds for every page of the web client: accessibility, size, and nothing cut off."""

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

from exercise_buddy.web.build import CHECKOUT, DIST
from tests.support import Join, Person
from tests.web.site import DESKTOP, PHONE, Site

if TYPE_CHECKING:
    from playwright.async_api import Page

WEB = CHECKOUT / "web"
PATHS: dict[str, str] = json.loads((WEB / "src" / "paths.json").read_text())
PUBLIC = ("signIn", "register", "forgotPassword", "verifyEmail", "resetPassword")
# It leads on at once.
SHOWN = {name: path for name, path in PATHS.items() if name != "authCallback"}
MAX_SCRIPT_BYTES = 120_000
LOOKS: tuple[tuple[str, dict[str, int], Literal["light", "dark"]], ...] = (
    ("light phone", PHONE, "light"),
    ("dark phone", PHONE, "dark"),
    ("light desktop", DESKTOP, "light"),
    ("dark desktop", DESKTOP, "dark"),
)

# A button of a page, which opens a dialog.
DIALOGS = (
    ("home", "Change the goal"),
    ("count", "More exercises\N{HORIZONTAL ELLIPSIS}"),
    ("currentWorkout", "Add an exercise"),
    ("currentWorkout", "Delete set 1"),
    ("currentWorkout", "Finish"),
    ("routine", "Delete"),
    ("security", "Change the address"),
    ("data", "Delete my account"),
)

# Colours of the former scheme are still there until the next frame, and would change the contrast.
_RUN_AXE = """async () => {
  for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}"""


async def fill(ann: Person) -> dict[str, str]:
    """Create data of a person for every page; return the ids for the paths of the pages."""
    squat = await ann.exercise_id("Barbell Squat")
    now = datetime.now(UTC)
    exercises = [{"exercise_id": squat, "sets": [{"reps": 5, "weight_kg": 80}, {"reps": 6, "weight_kg": 80}]}]
    workouts = [
        await ann.log(
            started_at=(now - timedelta(days=days, hours=1)).isoformat(),
            ended_at=(now - timedelta(days=days)).isoformat(),
            exercises=exercises,
        )
        for days in (1, 8, 15)
    ]
    await ann.log(started_at=now.isoformat(), exercises=exercises)
    await ann.weigh(now.date().isoformat(), 80)
    await ann.put("/statistics/goal", json={"metric": "workouts", "target": 3})
    # The catalogue has a proposal for its name.
    await ann.post("/exercises", json={"id": str(uuid4()), "name": "Pushupps"})
    routine = await ann.post("/routines", json={"name": "Legs", "exercises": [{"exercise_id": squat}]})
    return {"workout": workouts[0]["id"], "routine": routine.json()["id"], "exerciseProgress": squat}


async def check(page: "Page", name: str) -> list[str]:
    """Return what is wrong with a loaded page in each size and colour scheme."""
    await page.locator("h1").wait_for()
    await page.locator(".loading, [aria-busy=true]").first.wait_for(state="detached")
    found: list[str] = []
    for look, size, scheme in LOOKS:
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        violations: list[str] = await page.evaluate(_RUN_AXE)
        wider = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{name}, {look}: {violation}" for violation in violations]
        found += [f"{name}, {look}: {wider} px wider"] if wider > 0 else []
    return found


async def test_every_page_is_accessible_and_fits(site: Site, join: Join) -> None:
    await site.context.add_init_script(path=WEB / "node_modules" / "axe-core" / "axe.min.js")
    ann = await join("ann")
    ids = await fill(ann)
    page = await site.open("/sign-in")
    await page.emulate_media(reduced_motion="reduce")

    found: list[str] = []
    for name in PUBLIC:
        await page.goto(site.origin + PATHS[name])
        found += await check(page, name)
    await site.sign_in(ann)
    for name, path in SHOWN.items():
        if name not in PUBLIC:
            await page.goto(site.origin + path.replace(":id", ids.get(name, "")))
            found += await check(page, name)

    assert found == []


async def test_dialogs_are_accessible_and_fit(site: Site, join: Join) -> None:
    await site.context.add_init_script(path=WEB / "node_modules" / "axe-core" / "axe.min.js")
    ann = await join("ann")
    ids = await fill(ann)
    await site.sign_in(ann)
    page = await site.context.new_page()
    await page.emulate_media(reduced_motion="reduce")

    found: list[str] = []
    for name, button in DIALOGS:
        await page.goto(site.origin + SHOWN[name].replace(":id", ids.get(name, "")))
        if name == "security":
            await page.get_by_label("New e-mail address").fill("ann@example.org")
        await page.get_by_role("button", name=button, exact=True).first.click()
        await page.get_by_role("dialog").wait_for()
        found += await check(page, f"{name}, {button}")

    assert found == []


async def test_little_is_loaded_before_a_set_is_counted(site: Site, join: Join) -> None:
    await site.sign_in(await join("ann"))
    page = await site.context.new_page()
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url.removeprefix(site.origin)))

    await page.goto(site.origin)
    await page.get_by_role("heading", level=1).wait_for()

    scripts = [DIST / f"{path.lstrip('/')}.gz" for path in loaded if path.endswith(".js")]
    assert scripts
    assert sum(script.stat().st_size for script in scripts if script.exists()) < MAX_SCRIPT_BYTES
