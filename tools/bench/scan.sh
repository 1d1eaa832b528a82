# Part of ./dev: how well codes are read, beside zxing-cpp (from PyPI) and ZBar (from the distribution) in the same run.

bench_scan() {
  if [ $# -eq 0 ] || [ ! -d "$1" ]; then
    [ $# -eq 0 ] || say "There is no folder $1."
    cat << 'HELP'
./dev bench scan FOLDER [--seed N] [--count N]

FOLDER holds pictures with what they say beside them, in folders by kind: door.png and door.txt (one text), door.bin (one
payload) or door.codes.txt (one text a line); pictures in a folder whose name begins with `falsepositives` hold no code.
The test pictures of zxing-cpp are laid out so: its repository, folder test/samples. Your own photographs count more.

Besides, N pictures are drawn from a seed (--seed; by default another one in each run, which is printed).
HELP
    return 1
  fi
  need_packages build-essential cmake python3 python3-venv zbar-tools
  need_ui
  cargo build --quiet --release --package outpost
  local python=$cache/bench-scan
  if ! "$python/bin/python" -c 'import zxingcpp, pyzbar.pyzbar, PIL, numpy' 2> /dev/null; then
    say "Installing zxing-cpp, pyzbar, Pillow and NumPy into $python"
    python3 -m venv "$python"
    "$python/bin/pip" install --quiet zxing-cpp==3.1.1 pyzbar==0.1.9 pillow numpy
  fi
  OUTPOST=${OUTPOST:-$CARGO_TARGET_DIR/release/outpost} "$python/bin/python" tools/bench/scan.py "$@"
}
