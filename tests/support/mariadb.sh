#!/bin/sh
# A private MariaDB server for tests: own data folder, free port of 127.0.0.1, an account with a password.
#
#   mariadb.sh start FOLDER   makes FOLDER and a server in it; prints the value for CHAT_TEST_MYSQL:
#                             host=127.0.0.1;port=N;user=chat;password=…
#   mariadb.sh stop FOLDER    ends that server (by its pid) and removes FOLDER
#
# Durability is as in production (flush at each commit); what only costs start-up time is small or off.
set -eu

usage() {
  echo "usage: $0 start|stop FOLDER" >&2
  exit 2
}
[ $# -eq 2 ] || usage
folder=$2

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start() {
  mkdir -p "$folder"
  folder=$(cd "$folder" && pwd)
  as_user=
  [ "$(id -u)" -ne 0 ] || as_user=--user=root
  password="test word $(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')"

  mariadb-install-db --no-defaults --datadir="$folder/data" $as_user --skip-test-db \
    --auth-root-authentication-method=normal >"$folder/install.log" 2>&1 || {
    cat "$folder/install.log" >&2
    exit 1
  }
  cat >"$folder/init.sql" <<SQL
CREATE USER 'chat'@'127.0.0.1' IDENTIFIED BY '$password';
GRANT ALL PRIVILEGES ON *.* TO 'chat'@'127.0.0.1';
SQL
  chmod 600 "$folder/init.sql"

  # Between asking for a free port and binding it another process may take it.
  for attempt in 1 2 3; do
    port=$(free_port)
    mariadbd --no-defaults $as_user --datadir="$folder/data" --bind-address=127.0.0.1 --port="$port" \
      --socket="$folder/socket" --pid-file="$folder/pid" --init-file="$folder/init.sql" --skip-name-resolve \
      --innodb-buffer-pool-size=64M --innodb-log-file-size=32M --performance-schema=OFF --max-connections=200 \
      >"$folder/server.log" 2>&1 &
    server=$!
    waited=0
    while kill -0 "$server" 2>/dev/null && [ "$waited" -lt 300 ]; do
      if mariadb --no-defaults -h 127.0.0.1 -P "$port" -u chat "-p$password" -e 'SELECT 1' >/dev/null 2>&1; then
        rm -f "$folder/init.sql"
        echo "$server" >"$folder/server.pid"
        echo "host=127.0.0.1;port=$port;user=chat;password=$password"
        return
      fi
      sleep 0.1
      waited=$((waited + 1))
    done
    kill "$server" 2>/dev/null || true
  done
  cat "$folder/server.log" >&2
  exit 1
}

# A zombie process (for example because a container's first process reaps none) doesn't run any more.
runs() {
  [ -r "/proc/$1/stat" ] || return 1
  state=$(sed 's/.*) //; s/ .*//' "/proc/$1/stat" 2>/dev/null) || return 1
  [ -n "$state" ] && [ "$state" != Z ] && [ "$state" != X ]
}

stop() {
  [ -f "$folder/server.pid" ] || exit 0
  server=$(cat "$folder/server.pid")
  kill "$server" 2>/dev/null || true
  waited=0
  while runs "$server"; do
    # Nothing in the folder is worth a slow shutdown.
    [ "$waited" -lt 50 ] || kill -9 "$server" 2>/dev/null || true
    sleep 0.1
    waited=$((waited + 1))
  done
  rm -rf "$folder"
}

case $1 in
  start) start ;;
  stop) stop ;;
  *) usage ;;
esac
