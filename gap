#!/usr/bin/env bash
# The gap command from the source tree: finds a JDK 25, builds what is missing or stale, and runs.
set -u
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
app=$here/cli/target/app
stamp=$app/.built
aot=$here/cli/target/gap.aot

is_25() { [[ -x $1/bin/javac && -x $1/bin/java ]] && grep -qs '^JAVA_VERSION="25' "$1/release"; }

find_jdk() {
  local candidate from_path
  from_path=$(command -v javac) && from_path=$(dirname "$(dirname "$(readlink -f "$from_path")")")
  for candidate in "${GAP_JAVA_HOME:-}" "${JAVA_HOME:-}" "$from_path" /usr/lib/jvm/* /opt/* /opt/java/* /usr/local/* \
    /usr/java/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home; do
    if [[ -n $candidate ]] && is_25 "$candidate"; then echo "$candidate"; return 0; fi
  done
  return 1
}

if ! jdk=$(find_jdk); then
  cat >&2 <<'TXT'
gap: needs a JDK 25, and there is none in JAVA_HOME, on the PATH, or in the usual places.
Install one and run again, for example:
  Debian, Ubuntu   apt install openjdk-25-jdk        (or temurin-25-jdk from Adoptium's repository)
  Fedora           dnf install java-25-openjdk-devel
  macOS            brew install openjdk@25
  any              https://adoptium.net/temurin/releases/?version=25, then export JAVA_HOME=/where/it/is
TXT
  exit 69
fi

need_maven() {
  command -v mvn >/dev/null && return
  echo "gap: needs Maven to build: install it (Debian: apt install maven) and run again" >&2
  exit 69
}

# Maven gets this JDK too: whatever Java it came with need not know how to compile for 25.
# The options silence what old Mavens do that new Javas warn of.
maven() { JAVA_HOME=$jdk MAVEN_OPTS="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}" mvn -B -ntp "$@"; }

stale() {
  [[ -f $stamp ]] || return 0
  [[ -n $(find "$here"/pom.xml "$here"/*/pom.xml "$here"/*/src/main -newer "$stamp" -print -quit) ]]
}

options=(--enable-native-access=org.jline.nativ,dev.gap.io -XX:+UseSerialGC -Xmn16m --module-path "$app")
main=(-m dev.gap.cli/dev.gap.cli.Main)

# A cache of loaded classes and of what ran hot (JEP 483, 515), from a demonstration: the first connections of a process are
# as fast as the later ones sooner. Without one, everything works as well.
train() {
  rm -f "$aot"
  "$jdk/bin/java" "${options[@]}" -Xlog:aot=off -XX:AOTCacheOutput="$aot.new" "${main[@]}" demo --once >/dev/null 2>&1 &&
    [[ -s $aot.new ]] && mv "$aot.new" "$aot"
}

build() {
  need_maven
  echo "gap: building (the first time takes a minute or two) ..." >&2
  local log
  log=$(mktemp)
  if (cd "$here" && maven package -Dmaven.test.skip=true -Dspotless.check.skip) >"$log" 2>&1; then
    rm -f "$log"
    train
    touch "$stamp"
  else
    grep -E "ERROR|WARNING" "$log" | tail -n 40 >&2
    rm -f "$log"
    echo "gap: the build failed" >&2
    exit 70
  fi
}

if [[ ${1:-} == test ]]; then
  shift
  need_maven
  cd "$here" && maven verify "$@"
  exit
fi

if stale; then
  if command -v flock >/dev/null; then
    exec 8>"$here/.build.lock"
    flock 8
    if stale; then build; fi
    exec 8>&-
  else
    build
  fi
fi
[[ -f $aot ]] && options+=(-XX:AOTCache="$aot" -Xlog:aot=off)
exec "$jdk/bin/java" "${options[@]}" "${main[@]}" "$@"
