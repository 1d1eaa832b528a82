# Part of ./dev: what building and testing need. Each step first looks whether there is anything to do.

# The list is that of the window (WebKitGTK), of a C compiler for SQLite and the cryptography (SQLCipher uses libcrypto of OpenSSL), and of cmake and a C++
# compiler for the reader of codes.
packages_base=(build-essential cmake pkg-config curl ca-certificates libssl-dev)
packages_window=(libwebkit2gtk-4.1-dev libgtk-3-dev librsvg2-dev file)
packages_camera=(gstreamer1.0-plugins-base gstreamer1.0-plugins-good)
packages_test=(webkit2gtk-driver xvfb xauth dbus-x11 dbus gnome-keyring fonts-dejavu-core fonts-noto-cjk ffmpeg poppler-utils postgresql procps)

rust_needed=1.90
node_needed=20.19

as_root() {
  if [ "$(id -u)" = 0 ]; then
    env "$@"
  elif command -v sudo > /dev/null; then
    sudo env "$@"
  else
    die "this needs root, and there is no sudo: $*"
  fi
}

# Whether version $1 is at least version $2.
at_least() { [ "$(printf '%s\n' "$2" "$1" | sort --version-sort | head -n 1)" = "$2" ]; }

has_apt() { command -v apt-get > /dev/null && command -v dpkg-query > /dev/null; }

apt_install() {
  say "Installing from your distribution: $*"
  # Packages unpack in TMPDIR; a /tmp in memory is too small for some, and busy machines empty it.
  local quiet=(DEBIAN_FRONTEND=noninteractive TMPDIR=/var/tmp)
  as_root "${quiet[@]}" apt-get update -qq
  as_root "${quiet[@]}" apt-get install -y -qq --no-install-recommends "$@" > /dev/null
}

# The newest version that apt could install; empty if none.
apt_candidate() { apt-cache policy "$1" 2> /dev/null | awk '/Candidate:/ && $2 != "(none)" { print $2 }'; }

# Installs those of the given packages that are missing.
need_packages() {
  if ! has_apt; then
    need_elsewhere
    return
  fi
  local installed missing=() package
  installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2> /dev/null | awk '$2 == "installed" { print $1 }') || true
  for package in "$@"; do
    grep -qxF "$package" <<< "$installed" || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] || apt_install "${missing[@]}"
}

# On other systems we look for what we need, and say what is missing; installing it is up to the person.
need_elsewhere() {
  local lacking=()
  command -v cc > /dev/null || lacking+=("a C compiler")
  command -v c++ > /dev/null || lacking+=("a C++ compiler")
  command -v cmake > /dev/null || lacking+=("cmake")
  command -v curl > /dev/null || lacking+=("curl")
  if [ "$(uname)" = Linux ] && [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    pkg-config --exists webkit2gtk-4.1 gtk+-3.0 librsvg-2.0 2> /dev/null ||
      lacking+=("pkg-config and the development files of WebKitGTK 4.1, GTK 3 and librsvg")
  fi
  [ ${#lacking[@]} -eq 0 ] && return
  say "This is neither Debian nor Ubuntu, so please install by yourself:"
  printf '  - %s\n' "${lacking[@]}"
  say "For tests also: WebKitWebDriver, Xvfb, Chromium, ffmpeg, poppler's pdftotext, and a CJK font."
  exit 1
}

need_rust() {
  [ -f "$HOME/.cargo/env" ] && . "$HOME/.cargo/env"
  local found=''
  found=$(cargo --version 2> /dev/null | awk '{ print $2 }') || true
  [ -n "$found" ] && at_least "$found" "$rust_needed" && return
  if [ -z "$found" ] && has_apt && [ -n "$(apt_candidate rustup)" ]; then
    apt_install rustup
    say "Installing the stable Rust toolchain with rustup, into your home folder"
    rustup default stable
    return
  fi
  say "Rust $rust_needed or newer is needed; ${found:+cargo $found is installed.}${found:-there is none.}"
  say "Install it with rustup (https://rustup.rs tells how; it needs no root), or, if you have rustup: rustup update stable"
  say "Then run this again."
  exit 1
}

node_version() { node --version 2> /dev/null | tr -d v || true; }

need_node() {
  at_least "$(node_version)" "$node_needed" && command -v npm > /dev/null && return
  local own=$cache/node
  [ -x "$own/node_modules/.bin/node" ] && export PATH="$own/node_modules/.bin:$PATH"
  at_least "$(node_version)" "$node_needed" && command -v npm > /dev/null && return
  has_apt || die "Node.js $node_needed or newer with npm is needed; please install it, then run this again"
  need_packages nodejs npm
  hash -r
  at_least "$(node_version)" "$node_needed" && return
  # Debian 12 and Ubuntu 24.04 have Node 18. Its npm can bring a newer Node as a package, which needs no other source.
  say "Node $(node_version) is too old: bringing Node 22 as an npm package into $own"
  mkdir -p "$own"
  npm install --silent --no-audit --no-fund --prefix "$own" node@22
  export PATH="$own/node_modules/.bin:$PATH"
  hash -r
  at_least "$(node_version)" "$node_needed" || die "Node.js $node_needed or newer is needed"
}

# npm packages of a folder, when its lock or Node changed since the last time.
need_npm() {
  local folder=$1 stamp=$1/node_modules/.outpost-lock now
  need_node
  now="$(sha256sum < "$folder/package-lock.json") node $(node_version)"
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ] && return
  say "Installing the npm packages of $folder"
  npm ci --prefix "$folder" --silent --no-audit --no-fund
  printf '%s\n' "$now" > "$stamp"
}

need_ui_packages() { need_npm ui; }

# Everything that the UI is built from. Contents, not times: a fresh clone has new times on old files.
ui_sources() {
  find ui -type f -not -path 'ui/node_modules/*' -not -path 'ui/dist/*' -not -path 'ui/src/paraglide/*' \
    -not -name '.*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
}

# The built UI, which the programs embed: without ui/dist they do not compile.
need_ui() {
  need_ui_packages
  local stamp=ui/node_modules/.outpost-built now
  now=$(ui_sources)
  [ -f ui/dist/index.html ] && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$now" ] && return
  say "Building the UI"
  npm --prefix ui run --silent build -- --logLevel warn
  # Building compiles the messages, which may rewrite project files: what counts is how they are afterwards.
  ui_sources > "$stamp"
}

find_chromium() {
  local name
  for name in "${OUTPOST_CHROMIUM:-}" chromium chromium-browser google-chrome-stable google-chrome; do
    [ -n "$name" ] && command -v "$name" && return
  done
  return 1
}

need_chromium() {
  find_chromium > /dev/null && return
  has_apt || die "Chromium is needed for the tests; install it, or name one in OUTPOST_CHROMIUM"
  [ -n "$(apt_candidate chromium)" ] || die "apt has no chromium; install one, or name one in OUTPOST_CHROMIUM"
  apt_install chromium
}

# Whether there is a screen to open a window on.
has_display() { [ "$(uname)" != Linux ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; }

setup_run() {
  need_packages "${packages_base[@]}"
  if has_display; then need_packages "${packages_window[@]}" "${packages_camera[@]}"; fi
  need_rust
  need_ui
}

setup_test() {
  need_packages "${packages_base[@]}" "${packages_window[@]}" "${packages_camera[@]}" "${packages_test[@]}"
  need_chromium
  need_rust
  need_ui_packages
  need_npm tests/e2e
}
