# Shared by scripts/run and scripts/test: say, packages, the client library, the build. Sourced with the project as folder.
# shellcheck shell=bash

readonly BuildFolder=build/release

# The server refuses a plugin that a group may write. Whatever this user's umask is, what is built is written by them alone.
umask 022

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }
fail() {
  say "$@"
  exit 1
}

# The packages for compiling and running the server. A tool may be installed in any way; a library must be installed as
# a package. shellcheck disable=SC2034 # used by those who source this
readonly CompileTools=(g++:g++ cmake:cmake ninja:ninja-build ccache:ccache pkg-config:pkg-config)
# shellcheck disable=SC2034
readonly ClientTools=(node:nodejs npm:npm)

compile_libraries() {
  # Debian 12's default Boost is 1.74, too old; later releases have a newer default.
  local boost=libboost-dev
  [ "$(debian_release)" != 12 ] || boost=libboost1.81-dev
  echo libpoco-dev "$boost" libsodium-dev libsimdjson-dev liburing-dev prometheus-cpp-dev libre2-dev libicu-dev nlohmann-json3-dev libsqlite3-dev libmariadb-dev libssl-dev zlib1g-dev libbrotli-dev ca-certificates
}

debian_release() { (. /etc/os-release && echo "${VERSION_ID:-}"); }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    fail "needs root to install packages and finds no sudo: run this as root once, or install them by hand: $*"
  fi
}

have_package() { [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = 'ii ' ]; }

# missing_packages [COMMAND:PACKAGE | PACKAGE]…: the packages that are not there yet
missing_packages() {
  local item
  for item in "$@"; do
    case $item in
    *:*) command -v "${item%%:*}" >/dev/null || echo "${item##*:}" ;;
    *) have_package "$item" || echo "$item" ;;
    esac
  done
}

# install [COMMAND:PACKAGE | PACKAGE]…: asks apt for what is missing, and apt only then
install() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ "${#missing[@]}" -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "needs Debian's apt-get to install: ${missing[*]}"
  say "installing ${missing[*]}"
  local options=(-y -q --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
  local log
  log=$(mktemp)
  if ! { as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" install "${missing[@]}" ||
    { as_root apt-get -q -o DPkg::Lock::Timeout=300 update && as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" install "${missing[@]}"; }; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    fail "apt-get could not install: ${missing[*]}"
  fi
  rm -f "$log"
}

# npm_packages FOLDER: what its lock file says, where that is not there already
npm_packages() {
  local folder=$1
  if [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ]; then return 0; fi
  say "npm ci in $folder"
  (cd "$folder" && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error >&2) || fail "npm ci failed in $folder"
  touch "$folder/node_modules/.package-lock.json"
}

# configure [CMAKE ARGUMENT]…: the release preset, once; ninja looks after later changes
configure() {
  if [ -f "$BuildFolder/build.ninja" ] && [ $# -eq 0 ]; then return 0; fi
  cmake --preset release "$@" >"$BuildFolder.log" 2>&1 || {
    tail -n 30 "$BuildFolder.log" >&2
    fail "cmake --preset release failed"
  }
}
