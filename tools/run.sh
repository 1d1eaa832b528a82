# Part of ./dev: the demo. Headquarters and the app run until Ctrl-C; what they keep stays for the next time.

demo=${XDG_DATA_HOME:-$HOME/.local/share}/outpost-demo
# Whose app it is; docs/guide/engineer.md follows the same person.
demo_login=li.wei
running=()

run() {
  local fresh='' argument
  for argument in "$@"; do
    case $argument in
      --fresh) fresh=yes ;;
      *) die "./dev run knows only --fresh" ;;
    esac
  done
  setup_run
  build_demo
  begin_demo "$fresh"
  start_headquarters
  enrol_engineer
  if has_display; then open_window; else serve_field; fi
  tell_what_to_try
  watch_over
}

build_demo() {
  local programs=(--package outpost)
  if has_display; then programs+=(--package outpost-shell --features outpost-shell/custom-protocol); fi
  heading "Building"
  [ -d "$CARGO_TARGET_DIR/debug" ] || say "The first build takes some minutes; later ones take seconds."
  cargo build "${programs[@]}"
  outpost=$CARGO_TARGET_DIR/debug/outpost
}

begin_demo() {
  mkdir -p "$demo"
  # Held until the last of our programs has ended: two demos must not share a folder.
  exec 9> "$demo/lock"
  flock --nonblock 9 || die "the demo is running already; stop it with Ctrl-C where it was started"
  trap stop EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  if [ -n "$1" ]; then
    say "Forgetting the demo's data in $demo"
    rm -rf "$demo/hq" "$demo/field" "$demo/enrolled" "$demo/port"
  fi
}

taken() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }

# The first free port from $1 on; says so when it is another.
choose_port() {
  local port=$1
  while taken "$port"; do port=$((port + 1)); done
  [ "$port" = "$1" ] || say "Port $1 is taken by another program; using $port" >&2
  printf '%s\n' "$port"
}

# Starts a program; what it says goes to a file.
start() {
  local name=$1
  shift
  "$@" > "$demo/$name.log" 2>&1 &
  started=$!
  running+=("$started")
}

# Waits until a started program answers, or tells why it ended.
await() {
  local name=$1 pid=$2 address=$3
  until curl --silent --fail --output /dev/null --max-time 2 "$address/health"; do
    if ! kill -0 "$pid" 2> /dev/null; then
      tail -n 20 "$demo/$name.log" >&2
      die "$name has ended; the whole log is $demo/$name.log"
    fi
    sleep 0.1
  done
}

start_headquarters() {
  local port
  heading "Starting"
  if [ -f "$demo/enrolled" ]; then
    # The app knows headquarters by this address.
    port=$(cat "$demo/port")
    ! taken "$port" || die "port $port, by which the demo's app knows headquarters, is taken by another program;" \
      "end that, or begin anew with ./dev run --fresh"
  else
    # Headquarters without an enrolled app is a first run that was ended too soon: it is simply begun again.
    rm -rf "$demo/hq" "$demo/field"
    port=$(choose_port 7400)
    printf '%s\n' "$port" > "$demo/port"
    say "Filling headquarters with a demo company"
  fi
  hq_address=http://127.0.0.1:$port
  start headquarters "$outpost" hq --data "$demo/hq" --demo --listen "127.0.0.1:$port"
  headquarters=$started
  await headquarters "$headquarters" "$hq_address"
}

# The demo comes and goes; it leaves no key in the key store of whoever looks at it.
export OUTPOST_KEY=file

enrol_engineer() {
  [ ! -f "$demo/enrolled" ] || return 0
  say "Enrolling the app as $demo_login"
  local link
  link=$("$outpost" hq --data "$demo/hq" invite "$demo_login")
  "$outpost" field --replica "$demo/field" enroll "$link" --name "Demo" > "$demo/enrol.log"
  # The first round fetches what the engineer needs, so that the app starts full.
  "$outpost" field --replica "$demo/field" sync >> "$demo/enrol.log"
  : > "$demo/enrolled"
}

open_window() {
  field_address=''
  start window "$CARGO_TARGET_DIR/debug/outpost-app" --replica "$demo/field"
  window=$started
}

serve_field() {
  local port
  port=$(choose_port 7401)
  start field "$outpost" field --replica "$demo/field" serve --json --listen "127.0.0.1:$port"
  await field "$started" "http://127.0.0.1:$port"
  # The page opens only by the whole address, which the program has printed.
  field_address=$(sed -n 's/^{"address":"\(.*\)"}$/\1/p' "$demo/field.log")
}

tell_what_to_try() {
  heading "Outpost is running; Ctrl-C stops it"
  if [ -n "$field_address" ]; then
    say "The field app, as the engineer $demo_login:  $field_address"
  else
    say "The field app is the window, as the engineer $demo_login."
  fi
  say "The console, for everybody else:       $hq_address"
  say ""
  say "Who can sign in at the console, and what to try there or in the app:"
  node -e '
    const people = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    for (const { login, role_key, what } of people) console.log(`  ${login.padEnd(12)} ${role_key.padEnd(11)} ${what}`);
    console.log(`Everybody has the password ${people[0].password}`);
  ' "$demo/hq/demo-sign-ins.json"
  say ""
  say "Then end headquarters alone (kill $headquarters) and go on working in the app: it saves everything, and says so."
  say "What is kept, and the logs: $demo"
}

# Until Ctrl-C, or until there is nothing left to look at.
watch_over() {
  local pid
  while [ ${#running[@]} -gt 0 ]; do
    wait -n -p pid "${running[@]}" || true
    case $pid in
      "${window:-}") say "The window was closed. The console is still there; Ctrl-C stops it." ;;
      "$headquarters") say "Headquarters has ended. The app goes on without it; ./dev run starts both again." ;;
      *) say "The field app has ended; its log is $demo/field.log" ;;
    esac
    local left=() each
    for each in "${running[@]}"; do [ "$each" = "$pid" ] || left+=("$each"); done
    running=("${left[@]}")
  done
}

stop() {
  trap - EXIT INT TERM
  [ ${#running[@]} -eq 0 ] || kill "${running[@]}" 2> /dev/null || true
  wait
}
