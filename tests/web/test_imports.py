"""Bringing the history of another app into the web client."""

import os
from pathlib import Path

from tests.support import Join
from tests.web.site import Site

EXAMPLE = Path(__file__).parents[2] / "examples" / "strong.csv"

TABLE = """Day;Lift;Count;Load
2026-03-02;Barbell Squat;5;100
2026-03-02;Grandma's press;8;40
2026-03-04;Barbell Squat;5;102.5
"""


async def test_a_file_is_looked_at_imported_and_undone(site: Site, join: Join) -> None:
    ann = await join("ann", time_zone="Europe/Berlin")
    await site.sign_in(ann)
    page = await site.open("/import")

    await page.get_by_label("File to import").set_input_files(EXAMPLE)
    await page.get_by_role("heading", name="Which unit are the weights in?").wait_for()
    await page.get_by_role("button", name="Kilograms (kg)").click()
    await page.get_by_role("heading", name="This is in your file").wait_for()
    assert (await ann.list_all("/workouts")) == []
    await page.get_by_role("button", name="Import", exact=False).last.click()
    await page.get_by_role("heading", name="Your history is here").wait_for()
    imported = len(await ann.list_all("/workouts"))
    assert imported > 0

    await page.get_by_role("button", name="Import another file").click()
    await page.get_by_label("File to import").set_input_files(EXAMPLE)
    await page.get_by_role("button", name="Kilograms (kg)").click()
    await page.get_by_text("There is nothing new in this file.").wait_for()
    await page.get_by_role("button", name="Undo").click()
    await page.get_by_role("dialog").get_by_role("button", name="Undo").click()
    await page.get_by_text("The import is undone.").wait_for()
    assert (await ann.list_all("/workouts")) == []


async def test_a_table_of_an_unknown_app_is_read(site: Site, join: Join, tmp_path: Path) -> None:
    ann = await join("ann", time_zone="Europe/Berlin")
    await site.sign_in(ann)
    table = tmp_path / "mine.csv"
    table.write_text(TABLE)
    page = await site.open("/import")

    await page.get_by_label("File to import").set_input_files(table)
    await page.get_by_role("heading", name="Which column is what?").wait_for()
    assert await page.get_by_label("Exercise (needed)").input_value() == "Lift"
    assert await page.get_by_label("Reps", exact=True).input_value() == "Count"
    await page.get_by_label("Weight", exact=True).select_option("Load")
    await page.get_by_role("button", name="Read the table").click()
    await page.get_by_role("button", name="Kilograms (kg)").click()
    await page.get_by_role("button", name="Choose another exercise for Grandma's press").click()
    await page.get_by_label("Name or muscle").fill("barbell shoulder press")
    await page.get_by_role("listitem").get_by_role("button", name="Barbell Shoulder Press").first.click()
    await page.get_by_role("button", name="Import 2 workouts").click()
    await page.get_by_role("heading", name="Your history is here").wait_for()

    names = {item["exercise"]["name"] for it in await ann.list_all("/workouts") for item in it["exercises"]}
    assert names == {"Barbell Squat", "Barbell Shoulder Press"}


async def test_a_file_that_is_no_table_is_a_sentence(site: Site, join: Join, tmp_path: Path) -> None:
    await site.sign_in(await join("ann"))
    page = await site.open("/import")
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))

    await page.get_by_label("File to import").set_input_files(picture)

    text = await page.get_by_role("alert").inner_text()
    assert "image" in text.lower()
    # A button that is busy cannot be clicked.
    await page.get_by_role("button", name="Choose a file").click(trial=True)


async def test_body_measurements_are_shown_in_a_sentence(site: Site, join: Join, tmp_path: Path) -> None:
    ann = await join("ann", time_zone="Europe/Berlin")
    await ann.post("/users/me/body-measurements", json={"measured_on": "2026-03-02", "mass_kg": 80})
    await site.sign_in(ann)
    table = tmp_path / "measurement_data.csv"
    table.write_text(
        "date,weight_kg,fat_percent,waist_cm\n2 Mar 2026,80,,\n9 Mar 2026,79.5,18,84\n16 Mar 2026,7.9,,\n"
        "23 Mar 2026,79,,83\n"
    )
    page = await site.open("/import")

    await page.get_by_label("File to import").set_input_files(table)
    await page.get_by_text("2 body measurements are new, 1 is here already, 1 cannot be used.").wait_for()
    await page.get_by_text("These values are left out: waist (2).").wait_for()
    assert await page.get_by_text("New workouts").count() == 0
    await page.get_by_role("button", name="Import 2 body measurements").click()
    await page.get_by_text("2 body measurements imported.").wait_for()
    await page.get_by_role("button", name="Import another file").click()

    table.write_text("date,weight_kg,fat_percent\n9 Mar 2026,78.5,18\n")
    await page.get_by_label("File to import").set_input_files(table)
    await page.get_by_role("heading", name="1 body measurement differs from what is stored here").wait_for()
    await page.get_by_label("What should happen to them?").select_option("Take what the file says")
    await page.get_by_text("Show what differs").click()
    await page.get_by_text("Mar 9, 2026: the mass is 79.5 kg, in the file 78.5 kg").wait_for()
    if screenshot := os.environ.get("SCREENSHOT"):
        await page.screenshot(path=screenshot, full_page=True)
    await page.get_by_role("button", name="Import", exact=True).click()
    await page.get_by_role("heading", name="Your history is here").wait_for()

    masses = [item["mass_kg"] for item in await ann.list_all("/users/me/body-measurements")]
    assert masses == [79, 78.5, 80]
