"""Requests for statistics: their `ETag`, and the cache that answers for unchanged ones.

A statistic changes with three things: a write of the user's, midnight where the user is, and a new version of the app.
So its tag consists of the user's revision, the user's local day, the app's version and the request itself. One lookup
by key returns them. If the client or the cache of this process has that tag, the statistic is not computed.

An endpoint takes a `StatisticsRequestDep`, and responds with a `StatisticsQuery`:

    @router.get("/summary", response_model=Summary, responses=documented(Unauthenticated))
    async def get_summary(request: StatisticsRequestDep, from_date: From = None) -> Response:
        return await request.respond(SUMMARY, from_date=from_date, to_date=None)
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from asyncpg.pool import PoolConnectionProxy
from fastapi import Depends, Request
from starlette.responses import Response

from exercise_buddy.core.db.database import Database, DatabaseDep
from exercise_buddy.core.db.reads import Reads
from exercise_buddy.core.db.sql_files import SqlFile, load_sql
from exercise_buddy.core.db.user_reads import ReadsDep
from exercise_buddy.core.http.conditional_requests import etag_matches, json_response, not_modified
from exercise_buddy.core.problems import NotFound
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.statistics.shared.cache import CachedStatistic, CacheKey, StatisticsCache, Version
from exercise_buddy.users import public as users

VERSION = load_sql(__package__, "version.sql")


@dataclass(frozen=True, slots=True)
class VersionedJson:
    """The document of a statistic and its version."""

    content: bytes
    version: Version


class StatisticsQuery:
    """The statement of a statistic: one JSON document and its version.

    Both come from one snapshot, so that a tag always names the version of its document. The statement
    returns the columns `document`, `revision` and `today`, and no row if the account does not exist.
    """

    def __init__(self, statement: SqlFile) -> None:
        self.statement = statement

    async def fetch(
        self,
        reads: Reads,
        *,
        user_id: UUID,
        now: datetime,
        include_warm_ups: bool = False,
        **values: Any,  # noqa: ANN401  (parameters of the statement)
    ) -> VersionedJson:
        """Read the statistic.

        Raises:
            AccountGone: the account no longer exists.
            NotFound: the statement returns no document.

        """
        shared = {"user_id": user_id, "now": now, "include_warm_ups": include_warm_ups}
        return await reads.read(lambda connection: self._read(connection, shared | values))

    async def _read(self, connection: "PoolConnectionProxy[Any]", values: dict[str, Any]) -> VersionedJson:
        row = await connection.fetchrow(self.statement.sql, *self.statement.arguments(values))
        if row is None:
            raise users.AccountGone
        content, revision, today = row
        if content is None:
            raise NotFound
        return VersionedJson(content, Version(revision, today))


class CombinedQuery(StatisticsQuery):
    """A statistic with the documents of other statements as further members, all of one snapshot.

    One statement would need a plan of its own for the same parts: twice the memory and the time of planning.
    """

    def __init__(self, statement: SqlFile, **members: SqlFile) -> None:
        super().__init__(statement)
        self._members = members

    async def _read(self, connection: "PoolConnectionProxy[Any]", values: dict[str, Any]) -> VersionedJson:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            found = await super()._read(connection, values)
            parts = [found.content.removesuffix(b"}")]
            for name, member in self._members.items():
                document: bytes = await connection.fetchval(member.sql, *member.arguments(values))
                parts.append(b'"%s":%s' % (name.encode(), document))
        return VersionedJson(b",".join(parts) + b"}", found.version)


@dataclass(frozen=True, slots=True)
class StatisticsRequest:
    """A request for a statistic: the user, the current time and the media type. See `StatisticsRequestDep`.

    `resource` is what is requested, if it is not the path and the query of the URL.
    """

    request: Request
    database: Database
    reads: Reads
    cache: StatisticsCache
    user_id: UUID
    now: datetime
    media_type: str = "application/json"
    headers: dict[str, str] | None = None
    resource: tuple[str, str] | None = None

    def negotiated(self, media_type: str) -> "StatisticsRequest":
        """Return the same request for a media type that `Accept` has chosen: the tag and `Vary` tell them apart."""
        return replace(self, media_type=media_type, headers={"Vary": "Accept"})

    async def respond(
        self,
        query: StatisticsQuery,
        draw: Callable[[Any], bytes] | None = None,
        /,
        **values: Any,  # noqa: ANN401  (parameters of the statement)
    ) -> Response:
        """Respond with the document of a query, or with a drawing of it.

        The query does not run if the client or the cache already has the current version.

        Raises:
            AccountGone: the account no longer exists.
            NotFound: the document does not exist.

        """
        key = self._key()
        if key in self.cache or "if-none-match" in self.request.headers:
            version = await self._present_version()
            if (cached := self.cache.find(key, version)) is not None:
                return self._response(cached)
            tag = _tag(key, version)
            # `*` asks whether the document exists at all, so it must be read.
            if self.request.headers.get("if-none-match", "*").strip() != "*" and etag_matches(self.request, tag):
                return not_modified(tag, self.headers)
        document = await query.fetch(self.reads, user_id=self.user_id, now=self.now, **values)
        content = document.content if draw is None else draw(orjson.loads(document.content))
        # The version that the statement has read with the document, whatever has been written since.
        statistic = CachedStatistic.of(content, document.version, _tag(key, document.version))
        self.cache.store(key, statistic)
        return self._response(statistic)

    def _response(self, statistic: CachedStatistic) -> Response:
        if etag_matches(self.request, statistic.tag):
            return not_modified(statistic.tag, self.headers)
        headers, tag = self.headers, statistic.tag
        return json_response(self.request, statistic.content, headers=headers, tag=tag, media_type=self.media_type)

    async def _present_version(self) -> Version:
        values = {"user_id": self.user_id, "now": self.now}
        row = await self.database.read(lambda connection: connection.fetchrow(VERSION.sql, *VERSION.arguments(values)))
        if row is None:
            raise users.AccountGone
        return Version(*row)

    def _key(self) -> CacheKey:
        url = self.request.url
        path, query = self.resource or (url.path, url.query)
        return (self.request.app.version, str(self.user_id), self.media_type, path, query)


def _tag(key: CacheKey, version: Version) -> str:
    text = "\0".join((*key, str(version.revision), str(version.today)))
    return f'"{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"'


async def get_statistics_request(
    request: Request, user: CurrentUser, database: DatabaseDep, reads: ReadsDep
) -> StatisticsRequest:
    """Return the request of the signed-in user at this moment."""
    cache: StatisticsCache = request.state.statistics_cache
    return StatisticsRequest(request, database, reads, cache, user.user_id, datetime.now(UTC))


StatisticsRequestDep = Annotated[StatisticsRequest, Depends(get_statistics_request)]
