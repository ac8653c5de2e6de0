# Sourced by .ci/run: a throw-away PostgreSQL on loopback for the store's tests.
#
# Exports PARLEY_TEST_POSTGRES (a URL) and stops the server it started, and only that one, when the shell ends. A script
# with an EXIT trap of its own calls stop_postgres from it. Returns 1, with a sentence, where no server can be had.

_as_postgres() { # PostgreSQL refuses to run as root
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

_postgres_binaries() {
  local folder
  folder=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
  if [ -z "$folder" ] && command -v initdb >/dev/null; then folder=$(dirname "$(command -v initdb)"); fi
  [ -n "$folder" ] && [ -x "$folder/initdb" ] && echo "$folder"
}

stop_postgres() {
  if [ -n "${_POSTGRES_FOLDER:-}" ]; then
    _as_postgres "$_POSTGRES_BIN/pg_ctl" -D "$_POSTGRES_FOLDER/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$_POSTGRES_FOLDER"
    unset _POSTGRES_FOLDER PARLEY_TEST_POSTGRES
  fi
}

start_postgres() {
  local port
  if ! _POSTGRES_BIN=$(_postgres_binaries); then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
      echo "PostgreSQL is not installed and cannot be installed here" >&2
      return 1
    fi
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends postgresql; } \
      >/dev/null || { echo "PostgreSQL could not be installed" >&2; return 1; }
    _POSTGRES_BIN=$(_postgres_binaries) || { echo "PostgreSQL is not where it was expected" >&2; return 1; }
  fi
  _POSTGRES_FOLDER=$(mktemp -d)
  [ "$(id -u)" != 0 ] || chown postgres: "$_POSTGRES_FOLDER"
  trap stop_postgres EXIT
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  # --no-sync and fsync=off: this cluster lives for minutes, and no test pulls the machine's plug.
  _as_postgres "$_POSTGRES_BIN/initdb" -D "$_POSTGRES_FOLDER/data" -A trust -U postgres --no-sync -E UTF8 \
    --locale=C.UTF-8 >/dev/null &&
    _as_postgres "$_POSTGRES_BIN/pg_ctl" -D "$_POSTGRES_FOLDER/data" -w -l "$_POSTGRES_FOLDER/log" \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$_POSTGRES_FOLDER -c fsync=off" \
      start >/dev/null &&
    _as_postgres "$_POSTGRES_BIN/createdb" -h 127.0.0.1 -p "$port" -U postgres parley_test || {
    echo "PostgreSQL did not start:" >&2
    cat "$_POSTGRES_FOLDER/log" >&2 2>/dev/null
    stop_postgres
    return 1
  }
  export PARLEY_TEST_POSTGRES="postgresql://postgres@127.0.0.1:$port/parley_test"
}

start_postgres
