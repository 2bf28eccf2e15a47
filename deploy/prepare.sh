#!/bin/sh
# Prepare the volumes of docker-compose.yml: generate passwords, and create the database and the role that uses it.
#
# It runs before each start and changes nothing that is complete. A lost password is replaced by a new one, and the data of
# an earlier docker-compose.yml are taken over. The superuser has no password: no connection can use it.
set -eu

secrets=/secrets
as_postgres="setpriv --reuid=postgres --regid=postgres --clear-groups"

generate() {
    head -c 32 /dev/urandom | base64 | tr -dc 'A-Za-z0-9'
}

# The volumes are closed by who mounts them. In there, each service reads them as a user of its own.
store() { # the file, its content
    printf '%s\n' "$2" >"$1.draft"
    chmod 444 "$1.draft"
    mv "$1.draft" "$1"
}

prepare_database() { # as the user postgres, with the password on the standard input
    read -r password
    exec 9>/var/lib/postgresql/lock
    if ! flock --nonblock 9 || [ -e "$PGDATA/postmaster.pid" ]; then
        echo "PostgreSQL still uses the volume. Run docker compose down, then docker compose up again." >&2
        echo "If that does not help, start the earlier version once more and stop it with docker compose down." >&2
        exit 1
    fi
    if [ ! -s "$PGDATA/PG_VERSION" ]; then
        rm -rf "$PGDATA.draft"
        initdb --pgdata="$PGDATA.draft" --username=postgres --auth=reject --encoding=UTF8 >/dev/null
        echo "CREATE DATABASE exercise_buddy" | postgres --single -D "$PGDATA.draft" -c exit_on_error=on postgres >/dev/null
        mv "$PGDATA.draft" "$PGDATA"
    fi
    {
        printf "SET exercise_buddy.password = '%s';\n\n" "$password"
        cat /application_role.psql
    } | postgres --single -D "$PGDATA" -j -c exit_on_error=on -c log_min_error_statement=panic exercise_buddy >/dev/null
    echo "host exercise_buddy exercise_buddy all scram-sha-256" >"$PGDATA/pg_hba.conf"
}

if [ "${1:-}" = database ]; then
    umask 077
    prepare_database
    exit
fi

if [ ! -s "$secrets/app/database_url" ] || ! $as_postgres test -s "$PGDATA/PG_VERSION"; then
    password=$(generate)
    printf '%s\n' "$password" | $as_postgres sh "$0" database
    store "$secrets/app/database_url" "postgresql://exercise_buddy:$password@postgres/exercise_buddy"
    echo "The database has a new password."
fi

if [ ! -s "$secrets/app/rate_limit_storage_url" ] || [ ! -s "$secrets/valkey/users.acl" ]; then
    password=$(generate)
    hash=$(printf '%s' "$password" | sha256sum | cut -d ' ' -f 1)
    store "$secrets/valkey/users.acl" "user default off
user exercise_buddy on #$hash ~* +@all -@admin -@dangerous"
    store "$secrets/app/rate_limit_storage_url" "valkey://exercise_buddy:$password@valkey:6379/0"
    echo "Valkey has a new password."
fi
