#!/usr/bin/env bash
# Plants ten classic mistakes, one at a time, and asserts that the tests find each. The build is one
# (the feature `faults`); the mistake is chosen when the tests run (HUYING_FAULT).
#
#   tests/faults/run.sh           for each mistake, some of the tests that found it last time (caught.csv):
#                                 all must still fail. A step of .ci/run: a minute, after building.
#   SLOW=1 tests/faults/run.sh    for each mistake the whole suite, in a release build; writes caught.csv
#                                 anew. A mistake that no test finds fails, and so does one that only the
#                                 golden files notice: they move with everything and prove nothing.
#
# Before that, the same build with nothing planted must pass: in the first way the golden files, in a
# debug build, so that they also say that a debug build gives the bytes of a release build; in the second
# the whole suite.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

list=tests/faults/caught.csv
faults="$(sed -n 's/^        Fault::\([A-Za-z]*\),$/\1/p' src/base/fault.rs)"
[[ "$(wc -w <<<"$faults")" == 10 ]] || { echo "ten faults are expected: $faults" >&2; exit 1; }

profile=()
[[ "${SLOW:-}" == 1 ]] && profile=(--release)
build=(cargo test --quiet --locked --features faults "${profile[@]}" --lib --test it)

test_with() { # fault, then arguments of the tests
  SLOW='' HUYING_FAULT="$1" RUST_BACKTRACE=0 timeout 1800 "${build[@]}" --no-fail-fast -- "${@:2}" 2>&1 || true
}
failures() { sed -n 's/^    \([a-z_0-9]*\(::[a-z_0-9]*\)*\)$/\1/p' | sort -u; }

"${build[@]}" --no-run
if [[ "${SLOW:-}" == 1 ]]; then
  clean="$(test_with "")"
else
  clean="$(test_with "" golden:: base::)"
fi
if grep -q '^failures:' <<<"$clean" || ! grep -q 'test result: ok. [1-9]' <<<"$clean"; then
  printf 'with nothing planted the tests fail:\n%s\n' "$clean"
  exit 1
fi
echo "nothing planted: the tests pass in this build"

missed=0
if [[ "${SLOW:-}" == 1 ]]; then
  fresh="$(mktemp)"
  trap 'rm -f "$fresh"' EXIT
  echo "fault,test" >"$fresh"
  for fault in $faults; do
    found="$(test_with "$fault" | failures)"
    proof="$(grep -v '^golden::' <<<"$found" || true)"
    printf '%-18s found by %d tests\n' "$fault" "$(grep -c . <<<"$found" || true)"
    if [[ -z "$proof" ]]; then
      echo "  NOT FOUND by any test but the golden files"
      missed=$((missed + 1))
    fi
    sed '/^$/d; s/^/'"$fault"',/' <<<"$found" >>"$fresh"
  done
  cp "$fresh" "$list"
else
  for fault in $faults; do
    # Three of those that found it are enough, quick ones first; golden files are left out.
    mapfile -t tests < <(sed -n "s/^$fault,//p" "$list" | grep -v '^golden::' |
      awk '{ print !/^(kernel|measure)::/, $0 }' | sort -s -k1,1 | cut -d' ' -f2 | head -3)
    if ((${#tests[@]} == 0)); then
      echo "$fault: no test is on record"
      missed=$((missed + 1))
      continue
    fi
    found="$(test_with "$fault" --exact "${tests[@]}" | failures)"
    for test in "${tests[@]}"; do
      if grep -qx "$test" <<<"$found"; then
        printf '%-18s found by %s\n' "$fault" "$test"
      else
        printf '%-18s NO LONGER FOUND by %s\n' "$fault" "$test"
        missed=$((missed + 1))
      fi
    done
  done
fi
((missed == 0)) || { echo "$missed not found"; exit 1; }
echo "every planted fault is found"
