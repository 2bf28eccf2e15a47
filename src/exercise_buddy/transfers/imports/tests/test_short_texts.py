"""The cache of short cells."""

from exercise_buddy.transfers.imports.short_texts import MAX_LENGTH, cache_short_texts


def test_only_short_texts_are_remembered() -> None:
    """A cell may have two million characters, and the cache outlives the import."""
    seen: list[str] = []

    @cache_short_texts
    def fold(text: str, *, suffix: str = "") -> str:
        seen.append(text)
        return text + suffix

    short, long = "a" * MAX_LENGTH, "a" * (MAX_LENGTH + 1)
    assert [fold(text, suffix="!") for text in (short, short, long, long)] == [
        f"{text}!" for text in [short] * 2 + [long] * 2
    ]
    assert seen == [short, long, long]
