"""The endpoints of synchronization."""

from exercise_buddy.core.http.routing import Router, mount
from exercise_buddy.sync.batch.router import router as batch_router
from exercise_buddy.sync.feed.router import router as feed_router

router = Router(tag="sync", about="Synchronization of devices: all changes of your data, and many writes at once.")
mount(router, feed_router, batch_router)
