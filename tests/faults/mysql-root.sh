#!/bin/sh
# A root folder with a real MySQL server, which Debian has in unstable only: bootstrapped, nothing of it runs or is installed outside.
#
#   mysql-root.sh FOLDER     as root; needs debootstrap. Does nothing if FOLDER has a server already.
#
# The server is then run by `chroot FOLDER mysqld …`, as tests/integration/support/databaseserver.mjs does.
# The mirror is apt's own; DEBIAN_MIRROR names another one.
set -eu

[ $# -eq 1 ] || {
  echo "usage: $0 FOLDER" >&2
  exit 2
}
folder=$1
[ ! -x "$folder/usr/sbin/mysqld" ] || exit 0
[ "$(id -u)" -eq 0 ] || {
  echo "must be root" >&2
  exit 2
}
# shellcheck disable=SC2016 # apt's words, not the shell's
mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(COMPONENT) $(REPO_URI)' 'Created-By: Packages' | awk '$1 == "main" { print $2; exit }')}
# It has another name until it is complete, so that an interrupted run isn't taken for a server.
debootstrap --variant=minbase --include=mysql-server-core,mysql-client-core \
  unstable "$folder.new" "$mirror" >"$folder.log" 2>&1 || {
  tail -n 20 "$folder.log" >&2
  exit 1
}
mv "$folder.new" "$folder"
rm -f "$folder.log"
chroot "$folder" mysqld --version
