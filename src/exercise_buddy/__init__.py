"""The backend of Exercise Buddy, an AI-powered exercise counter."""
