"""The feed of all changes of a user's data."""
