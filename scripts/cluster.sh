# shellcheck shell=bash
# For ./demo and benchmarks/run (sourced after prepare.sh): a three-node cluster on loopback, and a client that keeps book.

dir=${MATRIARCH_DEMO_DIR:-/var/tmp/matriarch-demo-$(id -u)}
nodes=(node-a node-b node-c)
password=demo
say() { printf '\n== %s\n' "$*"; }
die() { echo "demo: $*" >&2; exit 1; }

# Everything of the cluster runs as an ordinary user: ourselves, or as root the user PostgreSQL's package made.
run() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups env HOME="$dir" "$@"; else "$@"; fi; }

install_tools() {
    local missing=()
    use_jdk25 || exit 1
    command -v mvn >/dev/null || missing+=(maven)
    { command -v cc && [ -e /usr/include/stdio.h ]; } >/dev/null || missing+=(gcc libc6-dev)
    find_postgres_bin >/dev/null || missing+=(postgresql)
    command -v etcd >/dev/null || missing+=(etcd-server)
    command -v curl >/dev/null || missing+=(curl)
    install_packages "${missing[@]}" || exit 1
}

distribution() { printf '%s\n' distribution/target/matriarch-*/ | head -n 1; }

build() {
    local newest
    newest=$(find pom.xml bundles distribution benchmarks -name target -prune -o -type f -newer distribution/target/demo.stamp -print -quit 2>/dev/null)
    if [ -e distribution/target/demo.stamp ] && [ -z "$newest" ]; then return; fi
    say 'building (tests are for ./verify)'
    mkdir -p distribution/target
    touch distribution/target/demo.stamp.new
    mvn -q -B -ntp -DskipTests -Dspotless.check.skip=true -Darchive=false -pl '!itests' package </dev/null || die 'the build failed, see above'
    mv distribution/target/demo.stamp.new distribution/target/demo.stamp
}

port_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Sets base to the first of ten ports that are all free: base+1.. REST, +4.. PostgreSQL, and etcd beside them.
choose_ports() {
    local candidate offset
    for candidate in $(seq 18000 100 27000); do
        base=$candidate
        for offset in 1 2 3 11 12 13 21 22 23 31 32 33 41 42 43 51; do
            port_free $((candidate + offset)) || { base=; break; }
        done
        [ -n "$base" ] && return
    done
    die 'no free range of ports between 18000 and 27100 on 127.0.0.1'
}

index() { case $1 in node-a) echo 1 ;; node-b) echo 2 ;; node-c) echo 3 ;; *) die "no such member: $1 (node-a, node-b, node-c)" ;; esac; }
api() { echo "http://127.0.0.1:$((base + $(index "$1")))"; }
pg_port() { echo $((base + 10 + $(index "$1"))); }
etcd_hosts() { echo "127.0.0.1:$((base + 21)), 127.0.0.1:$((base + 22)), 127.0.0.1:$((base + 23))"; }

write_config() {
    local node=$1
    cat >"$dir/$node.yml" <<Y
scope: demo
name: $node
matriarch: {state_dir: $dir/$node/state, jmx: {listen: "127.0.0.1:$((base + 40 + $(index "$node")))"}}
restapi: {listen: "127.0.0.1:$((base + $(index "$node")))"}
etcd3: {hosts: [$(etcd_hosts)]}
bootstrap:
  initdb: [{encoding: UTF8}, data-checksums]
  pg_hba:
    - local all all trust
    - host replication replicator 127.0.0.1/32 scram-sha-256
    - host all all 127.0.0.1/32 scram-sha-256
postgresql:
  listen: 127.0.0.1:$(pg_port "$node")
  data_dir: $dir/$node/data
  bin_dir: $(find_postgres_bin)
  parameters:
    unix_socket_directories: $dir/$node/state # the distribution's is for members of the group postgres only
  authentication:
    superuser: {username: postgres, password: $password}
    replication: {username: replicator, password: $password}
    rewind: {username: rewinder, password: $password}
    monitor: {username: monitor, password: $password}
Y
    [ "${with_backup:-no}" = yes ] || return 0
    cat >>"$dir/$node.yml" <<Y
backup:
  repositories:
    - {name: local, directory: $dir/repository, retention: {full: 2}} # one directory for all: they share this machine
schedules:
  - {name: nightly, task: backup-incr, cron: 30 1 * * *, jitter: 5min}
  - {name: weekly, task: backup-full, cron: 30 0 * * SUN}
  - {name: verify, task: verify, cron: 0 4 * * SAT}
  - {name: drill, task: drill, cron: 0 5 * * SAT}
Y
}

start_etcd() {
    local i=$1 cluster="e1=http://127.0.0.1:$((base + 31)),e2=http://127.0.0.1:$((base + 32)),e3=http://127.0.0.1:$((base + 33))"
    # It notes its own pid: the one of the shell that starts it would not be the one to end.
    # shellcheck disable=SC2016
    run setsid sh -c 'echo $$ >"$0"; exec "$@"' "$dir/etcd-$i.pid" etcd --name "e$i" --data-dir "$dir/etcd-$i" \
        --listen-client-urls "http://127.0.0.1:$((base + 20 + i))" --advertise-client-urls "http://127.0.0.1:$((base + 20 + i))" \
        --listen-peer-urls "http://127.0.0.1:$((base + 30 + i))" --initial-advertise-peer-urls "http://127.0.0.1:$((base + 30 + i))" \
        --initial-cluster "$cluster" --initial-cluster-token "demo-$base" >>"$dir/etcd-$i.log" 2>&1 </dev/null &
}

matriarch() { run "$dir/matriarch/bin/matriarch" "$1" --config "$dir/$2.yml"; }
ctl() {
    local urls=() node
    for node in "${nodes[@]}"; do urls+=(--url "$(api "$node")"); done
    run "$dir/matriarch/bin/matriarchctl" "${urls[@]}" "$@"
}
cluster() { local node; for node in "${nodes[@]}"; do curl -sf -m 2 "$(api "$node")/cluster" && return; done; }
leader() { cluster | grep -o '"name": *"[^"]*", *"role": *"leader"' | sed 's/"name": *"\([^"]*\)".*/\1/'; }
streaming() { cluster | grep -o '"state": *"streaming"' | wc -l; }

# await WHAT SECONDS COMMAND...
await() {
    local what=$1 seconds=$2
    shift 2
    local until=$((SECONDS + seconds))
    while [ "$SECONDS" -lt "$until" ]; do "$@" >/dev/null 2>&1 && return; sleep 0.1; done
    die "not within $seconds s: $what. The logs: $dir/*/state/log/matriarch.log"
}
any_agent() {
    local node pid
    for node in "${nodes[@]}"; do pid=$(cat "$dir/$node/state/run/pid" 2>/dev/null) && [ -e "/proc/$pid" ] && return 0; done
    return 1
}
settled() { healthy || ! any_agent; }
healthy() { [ -n "$(leader)" ] && [ "$(streaming)" = 2 ]; }
new_leader() { local now; now=$(leader); [ -n "$now" ] && [ "$now" != "$1" ]; }

need_cluster() { [ -e "$dir/base" ] || die 'no cluster here: ./demo starts one'; base=$(cat "$dir/base"); use_jdk25 || exit 1; }

open_ledger() {
    local hosts
    hosts="127.0.0.1:$(pg_port node-a),127.0.0.1:$(pg_port node-b),127.0.0.1:$(pg_port node-c)"
    coproc LEDGER { run "$dir/matriarch/runtime/bin/java" -cp "$dir/ledger.jar:$(printf '%s' "$dir"/matriarch/bundles/lib/postgresql-*.jar)" \
        io.matriarch.benchmarks.LedgerMain "$hosts" postgres "$password"; }
    local line
    read -r -t 30 line <&"${LEDGER[0]}" && [ "$line" = writing ] || die "the writing client does not start: ${line:-no answer}"
}
ask() { local line; echo "$*" >&"${LEDGER[1]}"; read -r -t 90 line <&"${LEDGER[0]}" || line='no answer'; echo "$line"; }

kill_node() {
    local node=$1 pid
    pid=$(head -n 1 "$dir/$node/data/postmaster.pid")
    # Some end with the first of them.
    kill -KILL "$(cat "$dir/$node/state/run/pid")" $(pgrep -f "matriarch-guard $dir/$node/state/guard.sock") "$pid" $(pgrep -P "$pid") 2>/dev/null
    echo "killed with SIGKILL: agent, guard and PostgreSQL of $node"
}
