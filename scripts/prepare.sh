# shellcheck shell=bash
# For ./demo and ./verify (sourced): finds what they need on a Debian or Ubuntu machine and installs what is missing.
# Nothing is installed before it has been named; without root or sudo the exact command is printed instead.

# The home of a JDK of at least version $1, on standard output: JAVA_HOME first, then the usual folder, then PATH.
find_jdk() {
    local least=$1 home candidates=() on_path
    [ -n "${JAVA_HOME:-}" ] && candidates+=("$JAVA_HOME")
    for home in /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do candidates+=("$home"); done
    on_path=$(command -v javac 2>/dev/null) && candidates+=("$(dirname "$(dirname "$(readlink -f "$on_path")")")")
    for home in "${candidates[@]}"; do
        [ -x "$home/bin/javac" ] || continue
        [ "$(jdk_version "$home")" -ge "$least" ] && { printf '%s\n' "$home"; return 0; }
    done
    return 1
}

# The feature version of the JDK at $1 (25 of 25.0.3), 0 if it does not say.
jdk_version() {
    local text
    text=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null)
    printf '%s\n' "${text:-0}"
}

# Installs packages, named first. Non-zero, with the command to type, if that is not possible here.
install_packages() {
    [ $# -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null; then
        printf 'missing: %s. This is no Debian or Ubuntu (no apt-get): install them by your own package manager.\n' "$*" >&2
        return 1
    fi
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then as_root=(sudo); else
            printf 'missing, and neither root nor sudo is at hand. Type this as root, then come back:\n  apt-get update && apt-get install -y --no-install-recommends %s\n' "$*" >&2
            return 1
        fi
    fi
    printf 'installing: %s\n' "$*"
    local log
    log=$(mktemp)
    if "${as_root[@]}" apt-get update -qq >"$log" 2>&1 \
        && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >>"$log" 2>&1 </dev/null; then
        rm -f "$log"
        return 0
    fi
    tail -n 15 "$log" >&2
    rm -f "$log"
    printf 'could not install: %s (the end of the log is above)\n' "$*" >&2
    return 1
}

# Whether apt knows a package of this name.
package_exists() { apt-cache show "$1" 2>/dev/null | grep -q '^Package:'; }

# PostgreSQL's server programs, newest first: the directory, on standard output.
find_postgres_bin() {
    local dir
    while read -r dir; do [ -x "$dir/postgres" ] && { printf '%s\n' "$dir"; return 0; }; done \
        < <(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -rV)
    command -v postgres >/dev/null && dirname "$(readlink -f "$(command -v postgres)")"
}

# Sets JAVA_HOME to a JDK of version 25 or newer, installing one where the distribution has it.
use_jdk25() {
    local home
    if ! home=$(find_jdk 25); then
        if ! package_exists openjdk-25-jdk-headless && [ "$(id -u)" = 0 ]; then apt-get update -qq >/dev/null 2>&1 || true; fi
        if package_exists openjdk-25-jdk-headless; then
            install_packages openjdk-25-jdk-headless || return 1
            home=$(find_jdk 25) || { echo 'openjdk-25-jdk-headless is installed, but no javac of version 25 is found in /usr/lib/jvm' >&2; return 1; }
        else
            cat >&2 <<'TEXT'
No JDK 25 or newer found (looked at JAVA_HOME, /usr/lib/jvm, ~/.sdkman, ~/.jdks, PATH), and this distribution has no
package openjdk-25-jdk-headless (Debian 13 and Ubuntu 25.10 have it). Install one of:
  - Eclipse Temurin 25: the package temurin-25-jdk of Adoptium's own apt repository (adoptium.net, "Linux installation"),
  - any other JDK 25 as a tar.gz, unpacked into /usr/lib/jvm/, or anywhere with JAVA_HOME pointing at it,
and start this again.
TEXT
            return 1
        fi
    fi
    export JAVA_HOME=$home PATH=$home/bin:$PATH
}
