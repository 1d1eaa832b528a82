# Part of ./dev: everything that must hold before a change is accepted.

# In the order in which they run: what fails soonest and costs least comes first. The UI comes before what embeds it.
test_parts=(fmt tidy deny advisories ui-check ui-lint ui-test ui-build ui-size generated clippy rust e2e)

# One set of features for all of cargo's parts, so that the big crates are compiled once.
whole=(--workspace --features outpost-shell/custom-protocol)

part_fmt() { cargo fmt --all -- --check --files-with-diff; }

part_generated() {
  need_ui
  local made
  made=$(mktemp -d)
  cp docs/sync/records.md "$made.md"
  cargo run --quiet --package outpost -- types "$made" "$made.md" && diff -r "$made" ui/src/lib/types &&
    diff "$made.md" docs/sync/records.md
  local result=$?
  rm -rf "$made" "$made.md"
  [ $result -eq 0 ] || say "ui/src/lib/types or docs/sync/records.md is not what the Rust types say: run ./dev generate"
  return $result
}

part_clippy() {
  need_ui
  cargo clippy --quiet "${whole[@]}" --all-targets -- -D warnings
}

part_tidy() { cargo run --quiet --package outpost-tidy; }

part_deny() {
  local version=0.20.2
  if ! command -v cargo-deny > /dev/null; then
    say "Installing cargo-deny $version, once (a few minutes)"
    if ! cargo install cargo-deny --quiet --locked --version "$version" --target-dir "$cache/tools"; then
      say "skipped: cargo-deny could not be installed; licences and sources were not looked at"
      return 0
    fi
  fi
  if ! cargo fetch --quiet --locked; then
    say "skipped: the crates of the other systems could not be fetched; licences and sources were not looked at"
    return 0
  fi
  cargo deny --offline --log-level error check --hide-inclusion-graph licenses bans sources
}

# Known weaknesses of the crates that we use, from the copy of RustSec's list that `cargo deny fetch db` keeps: it changes by itself, and
# without a network there may be none yet.
part_advisories() {
  local list
  command -v cargo-deny > /dev/null || { say "skipped: cargo-deny is not here"; return 0; }
  list=$(advisory_list)
  if [ -z "$list" ]; then
    timeout 60 cargo deny fetch db > /dev/null 2>&1 || true
    list=$(advisory_list)
  fi
  if [ -z "$list" ]; then
    say "skipped: there is no copy of RustSec's list here, and it could not be fetched; weaknesses were not looked up"
    return 0
  fi
  say "looked up in the list of $(git -C "$list" log -1 --format=%cs); \`cargo deny fetch db\` brings a newer one"
  cargo deny --offline --log-level error check --hide-inclusion-graph advisories
}

advisory_list() {
  local list
  for list in "${CARGO_HOME:-$HOME/.cargo}"/advisory-dbs/*/; do
    # One that was cut off while it was fetched has no crates.
    [ ! -d "$list/crates" ] || printf '%s\n' "$list"
  done | head -n 1
}

part_ui-check() { npm --prefix ui run --silent check; }
part_ui-lint() {
  npm --prefix ui run --silent lint
  "${prettier_e2e[@]}" --check
}

part_ui-test() { npm --prefix ui run --silent test; }
part_ui-build() { need_ui; }
part_ui-size() { npm --prefix ui run --silent size; }

part_rust() {
  need_ui
  if cargo nextest --version > /dev/null 2>&1; then
    cargo nextest run --no-fail-fast --status-level fail "${whole[@]}"
  else
    cargo test --quiet --no-fail-fast "${whole[@]}"
  fi
}

# The programs that the end-to-end tests start, the window with the UI inside it.
build_programs() {
  need_ui
  cargo build --quiet "${whole[@]}" --bins
}

part_e2e() {
  build_programs
  npm --prefix tests/e2e run --silent test
}

run_tests() {
  if [ "${1:-}" = --list ]; then
    printf '%s\n' "${test_parts[@]}"
    return
  fi
  local parts=() name
  for name in "$@"; do
    case $name in
      ui) parts+=(ui-check ui-lint ui-test ui-build ui-size) ;;
      *)
        declare -F "part_$name" > /dev/null || die "there is no part called '$name'; ./dev test --list names them"
        parts+=("$name")
        ;;
    esac
  done
  [ $# -gt 0 ] || parts=("${test_parts[@]}")

  heading "set up"
  local start=$SECONDS
  setup_for "${parts[@]}"
  say "-- set up: $((SECONDS - start)) s"

  local passed=0 failed=()
  for name in "${parts[@]}"; do
    heading "$name"
    start=$SECONDS
    # A subshell with its own `set -e`: inside a condition the shell would ignore it.
    set +e
    (
      set -e
      "part_$name"
    )
    local result=$?
    set -e
    if [ $result -eq 0 ]; then
      passed=$((passed + 1))
      say "-- $name: passed, $((SECONDS - start)) s"
    else
      failed+=("$name")
      say "-- $name: FAILED, $((SECONDS - start)) s"
    fi
  done
  [ ${#failed[@]} -eq 0 ] || say "Failed: ${failed[*]}"
  say "$passed passed, ${#failed[@]} failed"
  [ ${#failed[@]} -eq 0 ]
}

# Only what the asked parts need: formatting needs no browser.
setup_for() {
  local name
  for name in "$@"; do
    case $name in
      fmt | tidy | deny | advisories) need_rust ;;
      ui-*) need_ui_packages ;;
      *)
        setup_test
        return
        ;;
    esac
  done
}
