"""The endpoints of imports and exports."""

from exercise_buddy.core.http.routing import Router, mount
from exercise_buddy.transfers.exports.router import router as exports_router
from exercise_buddy.transfers.imports.router import router as imports_router

router = Router(tag="transfers", about="Imports from other apps, and exports.")

mount(router, imports_router, exports_router)
