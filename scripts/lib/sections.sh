# Sections of tests, their counts, and what of the tests needs a database. Shared by scripts/test and scripts/test-mysql.
# shellcheck shell=bash disable=SC2034,SC2154 # Logs and SectionLimit are theirs

# Files of tests/integration; the others run only on SQLite.
readonly Storing=(archive conversations lifetime login messages msgsearch plainws plugins presence receipts search serverkills settings severalservers since takeover)

# Programs in the build's folder, which ctest runs with a shorter limit.
readonly StoringPrograms=(tests/core/data/test-data tests/plugins/test-plugins)

# node_tests NAME ENGINE FILE…: files of tests/integration under Node's test runner
node_tests() {
  local name=$1 engine=$2 log=$PWD/$Logs/$1.log good wrong started=$SECONDS
  shift 2
  (cd tests/integration && CHAT_TEST_ENGINE=$engine NODE_OPTIONS="--import=file://$PWD/support/limit.mjs" timeout "$SectionLimit" node --test --test-reporter=spec "$@") >"$log" 2>&1 || true
  good=$(sed -n 's/^ℹ pass \([0-9]*\)$/\1/p' "$log" | tail -n 1)
  wrong=$(awk '/^ℹ (fail|cancelled) [0-9]+$/ { sum += $3 } END { print sum + 0 }' "$log")
  if [ -z "$good" ]; then
    # The run was aborted before its summary.
    good=$(grep -cE '^ *✔ ' "$log" || true)
    wrong=$(($(grep -cE '^ *✖ ' "$log" || true) + 1))
  fi
  [ "$wrong" = 0 ] || { sed -n '/failing tests:/,$p' "$log" | grep . || tail -n 60 "$log"; } >&2
  count "$good" "$wrong" "$name"
}

# count PASSED FAILED SECTION: prints the counts, and adds them up for the last line
count() {
  printf '%s %s\n' "$1" "$2" >"$Logs/$3.count"
  say "$3: $1 passed, $2 failed ($((SECONDS - started)) s)"
}

# count_all: adds up what was counted, to `passed` and `failed`
count_all() {
  read -r passed failed < <(cat "$Logs"/*.count 2>/dev/null | awk '{ passed += $1; failed += $2 } END { print passed + 0, failed + 0 }')
}
