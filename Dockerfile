# The interpreter is that of the base image; uv only installs.
FROM python:3.14.8-slim AS build
RUN pip install --no-cache-dir --root-user-action=ignore uv==0.13.9
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /app
COPY pyproject.toml uv.lock README.md LICENSE ./
# Without development tools and without the embedded PostgreSQL: here the database is elsewhere.
RUN --mount=type=cache,target=/root/.cache/uv uv sync --locked --no-default-groups --no-install-project
COPY migrations migrations
COPY src src
RUN --mount=type=cache,target=/root/.cache/uv uv sync --locked --no-default-groups --no-editable

# docker build --target test . : the whole suite on this Python, as an ordinary user, on the embedded PostgreSQL.
FROM build AS test
RUN --mount=type=cache,target=/root/.cache/uv uv sync --locked
RUN useradd --create-home tester && chown -R tester /app
USER tester
COPY --chown=tester . .
RUN uv run --no-cache pytest

FROM python:3.14.8-slim
RUN useradd --system --uid 10001 --home-dir /data exercise-buddy && install -d -o exercise-buddy -m 700 /data
COPY --from=build /app/.venv /app/.venv
# The first start generates the secret and stores it in the volume.
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 HOST=0.0.0.0 DATA_DIR=/data SECRET_KEY_FILE=/data/secret_key
WORKDIR /app
USER exercise-buddy
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=5 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ.get(\"PORT\") or 8000}/health', timeout=2)"]
ENTRYPOINT ["exercise-buddy"]
CMD ["serve"]
