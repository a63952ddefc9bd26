# Checks of the published command as a user meets it. Sourced, not run.

# The version that the build was given.
version() {
    sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props
}

# prints_version COMMAND...: `--version` prints name and version and nothing else.
prints_version() {
    local printed
    printed=$("$@" --version | tr -d '\r')
    echo "printed: $printed"
    [[ $printed == "punch $(version)" ]]
}

prints_help() {
    local help
    help=$("$1" --help)
    grep -q 'remote-host' <<<"$help"
    grep -qi 'exit code' <<<"$help"
}

# Wrong usage: exit 2, a message on stderr, nothing on stdout.
refuses() {
    local binary=$1
    shift
    exits 2 "$binary" "$@" >"$scratch/refused.out" 2>"$scratch/refused.err" || { cat "$scratch"/refused.*; return 1; }
    cat "$scratch/refused.err"
    [[ ! -s $scratch/refused.out && -s $scratch/refused.err ]]
}

# Two processes on two loopback addresses, each naming the other, prove a path and both exit 0.
pair_proves_a_path() {
    local binary=$1 first second status=0
    timeout 30 "$binary" 127.0.0.3 -B 127.0.0.2 -c 1 -w 20 --json >"$scratch/first.json" &
    first=$!
    timeout 30 "$binary" 127.0.0.2 -B 127.0.0.3 -c 1 -w 20 --json >"$scratch/second.json" &
    second=$!
    wait "$first" || status=$?
    wait "$second" || status=$?
    cat "$scratch/first.json" "$scratch/second.json"
    ((status == 0))
    tells_of_a_path "$scratch/first.json"
    tells_of_a_path "$scratch/second.json"
}

# Each line is an object with `v` and `event`; there is an `open`, and a `summary` at the end.
tells_of_a_path() {
    jq -es 'all(.[]; .v == 1 and (.event | type == "string")) and any(.[]; .event == "open") and .[-1].event == "summary"' "$1"
}

# A peer that starts first resolves the other's name when that appears.
waits_for_a_name() {
    cp /etc/hosts "$scratch/hosts"
    mount --bind "$scratch/hosts" /etc/hosts
    (sleep 1; echo '127.0.0.1 late-peer' >>"$scratch/hosts") &
    "$1" late-peer -c 1 -w 10
}

# Exit 1 at the deadline when nobody answers.
nobody_answers() {
    exits 1 "$1" 127.0.0.9 -w 1
}

# Exit 3 when another program holds the port.
port_is_taken() {
    local holder
    "$1" 127.0.0.9 -w 3 >/dev/null &
    holder=$!
    sleep 1
    exits 3 "$1" 127.0.0.9 -w 1
    wait "$holder" || true
}

# Exit 130 on Ctrl-C before a path is proven.
is_interrupted() {
    exits 130 timeout --preserve-status --signal INT 1 "$1" 127.0.0.9
}

# A server and two peers on loopback: the first makes a code and prints the command for the second.
two_meet() {
    local binary=$1 server first command status=0
    "$binary" serve --listen 127.0.0.1 --no-tcp >"$scratch/serve.out" &
    server=$!
    timeout 30 "$binary" meet --via 127.0.0.1 -c 1 -w 20 --json >"$scratch/first.json" &
    first=$!
    timeout 10 bash -c 'until grep -q command "$1"; do sleep 0.05; done' waits "$scratch/first.json"
    read -r -a command < <(jq -r 'select(.event == "code") | .command' "$scratch/first.json")
    timeout 30 "$binary" "${command[@]:1}" -c 1 -w 20 --json >"$scratch/second.json" || status=$?
    wait "$first" || status=$?
    kill "$server"
    wait "$server" || status=$?
    cat "$scratch/first.json" "$scratch/second.json" "$scratch/serve.out"
    ((status == 0))
    tells_of_a_path "$scratch/first.json"
    tells_of_a_path "$scratch/second.json"
}

# Exit 4 when no server answers, exit 1 when nobody comes.
nobody_to_meet() {
    local server
    exits 4 "$1" meet 0000-1111-2222-3333-4444 --via 127.0.0.1 -w 1
    "$1" serve --listen 127.0.0.1 --no-tcp &
    server=$!
    exits 1 "$1" meet 0000-1111-2222-3333-4444 --via 127.0.0.1 -w 2
    kill "$server"
    wait "$server"
}

# A terminal shows what the command waits for. A pipe and -q show nothing of it.
terminal_shows_the_wait() {
    script -qec "$1 127.0.0.9 -w 2" /dev/null >"$scratch/terminal.out" || true
    script -qec "$1 127.0.0.9 -w 2 -q" /dev/null >"$scratch/quiet.out" || true
    "$1" 127.0.0.9 -w 2 >"$scratch/pipe.out" 2>&1 || true
    cat "$scratch/terminal.out" "$scratch/quiet.out" "$scratch/pipe.out"
    grep -q 'nothing heard yet, 1 s' "$scratch/terminal.out"
    ! grep -q 'nothing heard yet' "$scratch/quiet.out" "$scratch/pipe.out"
}

# Under a limit of the address space a command works, or says why not: it never ends with a dump.
ends_in_order_with_little_memory() {
    local binary=$1 limit pid status
    for limit in 300000 400000 450000 500000 520000 600000; do
        (ulimit -v "$limit"; exec "$binary" serve --listen 127.0.0.1:34700) >"$scratch/limit.out" 2>&1 &
        pid=$!
        sleep 0.5
        kill -TERM "$pid" 2>/dev/null || true
        status=0
        wait "$pid" || status=$?
        echo "$limit: exit $status"
        ((status == 0)) || { ((status == 3)) && grep -q '^punch: error: ' "$scratch/limit.out"; }
    done
}
