# Short names for the commands of a day. Everything works without just, too: the recipes show how.

# List the recipes
help:
    @just --list

# Serve the API on http://localhost:8000 (options: --reload --demo --port N)
serve *OPTIONS="--reload":
    uv run exercise-buddy serve {{ OPTIONS }}

# Run all checks and all tests, or only those that pytest's arguments choose
test *ARGUMENTS:
    uv run pytest {{ ARGUMENTS }}

# Change the code of an area in one place after the other, and list the changes that no test notices (docs/mutation.md)
mutate AREA *OPTIONS:
    uv run --group mutation python -m tests.mutation {{ AREA }} {{ OPTIONS }}

# Fix what ruff can fix, then run the linters and the type checker
lint:
    uv run ruff check --fix .
    uv run ruff format .
    uv run lint-imports
    uv run sqlfluff lint src
    uv run mypy

# Bring the database up to date
migrate:
    uv run exercise-buddy migrate

# Write the API contract to docs/openapi.json
openapi:
    uv run exercise-buddy openapi > docs/openapi.json

# Write the description of the event streams and WebSockets to docs/asyncapi.json
asyncapi:
    uv run exercise-buddy asyncapi > docs/asyncapi.json

# Write the SQL of every statement that SQLAlchemy builds, and of templates, to docs/sql
sql:
    uv run exercise-buddy dev sql

# Show the plan of a statement (--analyze: execute it), or list all statements
explain *ARGUMENTS:
    uv run exercise-buddy dev explain {{ ARGUMENTS }}

# Write a new slice with its migration and tests (--item NAME: what it stores)
new-slice NAME *OPTIONS:
    uv run exercise-buddy dev new-slice {{ NAME }} {{ OPTIONS }}
