#!/usr/bin/env bash
# Feeds the keyed generator, in the orders in which the model reads it, to dieharder (Brown, Eddelbuettel
# and Bauer: Marsaglia's Diehard tests, the NIST STS and further ones). Prints one line a test and a
# count at the end; exit 1 if a test says FAILED.
#
#   tests/battery/run.sh                 the quick tests, every order        (about 15 minutes)
#   SLOW=1 tests/battery/run.sh          all tests, every order              (hours)
#   tests/battery/run.sh cases visits    these orders only
#
# Needs the Debian package dieharder. Nothing is downloaded or installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

command -v dieharder >/dev/null || {
  echo "dieharder is not installed (Debian: apt-get install dieharder)" >&2
  exit 2
}
cargo build --quiet --locked --release --example words
words="$(cargo metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/release/examples/words"

# Chosen before any result was seen: the day on which the reform was made public.
seed=20190701
orders=("$@")
((${#orders[@]} > 0)) || orders=(cases issues streets visits replications seeds blocks)

# Diehard's birthdays, ranks, bitstream, count-the-1s, squeeze, runs, craps; STS monobit, runs, serial;
# bits, minimum distance, permutations and KS (RGB), DCT and monobit (DAB): the quick half of the battery.
quick=(-d\ 0 -d\ 2 -d\ 3 -d\ 4 -d\ 8 -d\ 13 -d\ 15 -d\ 16 -d\ 100 -d\ 101 -d\ 102 -d\ 200\ -n\ 4 -d\ 201\ -n\ 2
  -d\ 202\ -n\ 4 -d\ 204 -d\ 206 -d\ 209)
[[ "${SLOW:-}" == 1 ]] && quick=(-a)

log="$(mktemp)"
trap 'rm -f "$log"' EXIT
dieharder -l 2>/dev/null | sed -n 's/.*\(dieharder version [0-9.]*\).*/\1/p' | head -1
for order in "${orders[@]}"; do
  for part in high low; do
    for test in "${quick[@]}"; do
      # A pipe that is closed early is how the battery says enough.
      # shellcheck disable=SC2086
      { "$words" "$order" "$part" "$seed" || true; } | dieharder -g 200 $test -D 408 |
        sed "s/^/$order $part | /" | tee -a "$log"
    done
  done
done
count() { grep -c "$1" "$log" || true; }
printf 'PASSED %d, WEAK %d, FAILED %d\n' "$(count PASSED)" "$(count WEAK)" "$(count FAILED)"
! grep -q FAILED "$log"
