"""The documents of workouts, each one statement that PostgreSQL answers with finished JSON."""
