#!/bin/sh
# A private MySQL server for tests: from a root folder made by tests/faults/mysql-root.sh, own data folder, free port of
# 127.0.0.1, an account with a password.
#
#   mysql.sh start FOLDER ROOT   as root; makes FOLDER and a server with its data in ROOT; prints the value for CHAT_TEST_MYSQL:
#                                host=127.0.0.1;port=N;user=chat;password=…
#   mysql.sh stop FOLDER         ends that server (by its pid) and removes FOLDER and the data
#
# MySQL's own defaults: caching_sha2_password, binary log, both synchronous. Only where it listens is set.
set -eu

usage() {
  echo "usage: $0 start FOLDER ROOT | stop FOLDER" >&2
  exit 2
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start() {
  mkdir -p "$folder"
  data=$(mktemp -d "$root/tmp/chat-mysql.XXXXXXXX")
  echo "$data" >"$folder/data"
  inside=/tmp/$(basename "$data")
  password="test word $(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')"

  chroot "$root" mysqld --no-defaults --user=root --datadir="$inside/data" --initialize-insecure >"$folder/install.log" 2>&1 || {
    cat "$folder/install.log" >&2
    exit 1
  }
  # Whether 127.0.0.1 has a name depends on the machine.
  for host in 127.0.0.1 localhost; do
    echo "CREATE USER 'chat'@'$host' IDENTIFIED BY '$password'; GRANT ALL PRIVILEGES ON *.* TO 'chat'@'$host';"
  done >"$data/init.sql"
  chmod 600 "$data/init.sql"

  # Between asking for a free port and binding it another process may take it.
  for attempt in 1 2 3; do
    port=$(free_port)
    chroot "$root" mysqld --no-defaults --user=root --datadir="$inside/data" --bind-address=127.0.0.1 --port="$port" \
      --mysqlx=OFF --socket="$inside/socket" --pid-file="$inside/pid" --secure-file-priv=NULL --init-file="$inside/init.sql" >"$folder/server.log" 2>&1 &
    server=$!
    waited=0
    while kill -0 "$server" 2>/dev/null && [ "$waited" -lt 600 ]; do
      if mariadb --no-defaults -h 127.0.0.1 -P "$port" -u chat "-p$password" -e 'SELECT 1' >/dev/null 2>&1; then
        rm -f "$data/init.sql"
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
  if [ -f "$folder/server.pid" ]; then
    server=$(cat "$folder/server.pid")
    kill "$server" 2>/dev/null || true
    waited=0
    while runs "$server"; do
      # Nothing in the folder is worth a slow shutdown.
      [ "$waited" -lt 50 ] || kill -9 "$server" 2>/dev/null || true
      sleep 0.1
      waited=$((waited + 1))
    done
  fi
  [ ! -f "$folder/data" ] || rm -rf "$(cat "$folder/data")"
  rm -rf "$folder"
}

case ${1:-} in
start)
  [ $# -eq 3 ] || usage
  folder=$2
  root=$(cd "$3" && pwd)
  start
  ;;
stop)
  [ $# -eq 2 ] || usage
  folder=$2
  stop
  ;;
*) usage ;;
esac
