"""Synchronization of devices with all that a user owns."""
