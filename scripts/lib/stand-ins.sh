# Shared by scripts/check-containers: a container engine of its own, and base images made of Debian packages.
# shellcheck shell=bash

engine=''

# start_engine FOLDER: the engine's data stays in FOLDER; end_engine ends everything that runs
start_engine() {
  local folder=$1/engine run
  run=$(mktemp -d)
  mkdir -p "$folder"
  export DOCKER_HOST=unix://$run/socket DOCKER_BUILDKIT=0 COMPOSE_DOCKER_CLI_BUILD=0
  # No bridge and no firewall rules: builds use the host's network, compose makes a network of its own.
  dockerd --host "$DOCKER_HOST" --data-root "$folder" --exec-root "$run/exec" --pidfile "$run/pid" \
    --bridge none --iptables=false --ip6tables=false --ip-forward=false >"$1/engine.log" 2>&1 &
  engine=$!
  for _ in $(seq 300); do
    ! docker info >/dev/null 2>&1 || return 0
    kill -0 "$engine" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$1/engine.log" >&2
  fail "the container engine did not start"
}

end_engine() {
  [ -n "$engine" ] || return 0
  kill "$engine" 2>/dev/null || true
  wait "$engine" || true
  engine=''
  local run
  run=$(dirname "${DOCKER_HOST#unix://}")
  umount "$run"/exec/netns/* 2>/dev/null || true
  rm -rf --one-file-system "$run"
}

have_image() { docker image inspect "$1" >/dev/null 2>&1; }

# The mirror that this machine's own packages come from.
debian_mirror() {
  # shellcheck disable=SC2016 # the names are apt's
  apt-get indextargets --format '$(COMPONENT) $(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | awk '$1 == "main" { print $2; exit }'
}

# debian_root FOLDER SUITE IMAGE
debian_root() {
  local root=$1/root-$2
  ! have_image "$3" || return 0
  say "making $3 of Debian $2"
  rm -rf --one-file-system "$root"
  debootstrap --variant=minbase "$2" "$root" "$(debian_mirror)" >"$1/debootstrap-$2.log" 2>&1 || {
    tail -n 20 "$1/debootstrap-$2.log" >&2
    fail "debootstrap failed"
  }
  tar -c -C "$root" . | docker import - "$3" >/dev/null
  rm -rf --one-file-system "$root"
}

# stand_in WORK IMAGE FOLDER [docker build's option]…
stand_in() {
  local log=$1/stand-in-${2%%:*}.log image=$2 folder=$3
  shift 3
  ! have_image "$image" || return 0
  say "making $image of Debian packages"
  docker build --network host -t "$image" "$@" "$folder" >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    fail "$image could not be made"
  }
}

# node_image WORK
node_image() {
  local context level file
  context=$(mktemp -d)
  cp tests/containers/node/Dockerfile "$context"
  cp -L /etc/ssl/certs/ca-certificates.crt "$context/authorities.crt"
  {
    echo cafile=/etc/ssl/certs/ca-certificates.crt
    for level in globalconfig userconfig; do
      file=$(npm config get "$level" 2>/dev/null || true)
      [ ! -s "$file" ] || cat "$file"
    done
  } >"$context/npmrc"
  stand_in "$1" node:22-bookworm-slim "$context"
  rm -rf "$context"
}

# make_base_images FOLDER DATABASE…
make_base_images() {
  local folder=$1 database
  shift
  debian_root "$folder" bookworm debian:bookworm-slim
  node_image "$folder"
  for database in "$@"; do
    case $database in
    mariadb) stand_in "$folder" mariadb:11.4 tests/containers/database --build-arg BASE=debian:bookworm-slim --build-arg PACKAGE=mariadb-server ;;
    mysql)
      debian_root "$folder" sid debian:sid
      stand_in "$folder" mysql:8.4 tests/containers/database --build-arg BASE=debian:sid --build-arg PACKAGE=mysql-server
      ;;
    esac
  done
}
