#!/bin/sh
# The database tests run on a real PostgreSQL with PostGIS. Install it where we can; else say what is missing.
# The tests start a server of their own, as an unprivileged user; the one Debian's package would start is not needed.
set -eu
ready() {
    for folder in /usr/lib/postgresql/*/bin; do
        version=$(basename "$(dirname "$folder")")
        [ -x "$folder/initdb" ] && [ -f "/usr/share/postgresql/$version/extension/postgis.control" ] && return 0
    done
    return 1
}
if ready; then exit 0; fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing PostgreSQL with PostGIS for the database tests..."
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        mkdir -p /etc/postgresql-common
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    fi
    # The name carries the version of the distribution: postgresql-15-postgis-3 in Debian 12, -17- in Debian 13.
    apt-get update -qq && package=$(apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' | sort -V | tail -1 |
        cut -d' ' -f1) && [ -n "$package" ] &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Options::=--force-confold --no-install-recommends \
            "postgresql-$(echo "$package" | cut -d- -f2)" "$package" >/dev/null
    if ready; then exit 0; fi
fi
echo "PostgreSQL with PostGIS is missing: the database tests will be skipped." \
    "Install it with: sudo apt-get install postgresql postgresql-15-postgis-3"
