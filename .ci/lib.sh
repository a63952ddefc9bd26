# Counting, timing and isolation for the checks of .ci/run. Sourced, not run.

passed=0
failed=0
skipped=0
failures=()
skips=()

# Scratch space of this run: logs, package folders, container storage. Removed at the end.
scratch=$(mktemp -d)

readonly SKIPPED=77

# Runs a group of checks under a heading and prints how long the group took.
step() {
    local name=$1 started=$SECONDS
    shift
    printf '\n== %s\n' "$name"
    "$@"
    printf '   %s: %d s\n' "$name" $((SECONDS - started))
}

# check NAME COMMAND...: one check, counted once. The output is shown when it fails. A command that ends with `skip` is
# counted as skipped. Never call this inside `if` or `||`: bash would ignore `set -e` in COMMAND.
check() {
    run_check quiet "$@"
}

# The same, for a check whose output people want to see.
check_aloud() {
    run_check aloud "$@"
}

run_check() {
    local voice=$1 name=$2 log started status
    shift 2
    log=$(mktemp "$scratch/log.XXXXXX")
    started=$(milliseconds)
    set +e
    (set -e; "$@") >"$log" 2>&1 </dev/null
    status=$?
    set -e
    [[ $voice == quiet ]] || sed 's/^/      /' "$log"
    count "$name" "$status" "$log" "$(elapsed "$started")"
}

count() {
    local name=$1 status=$2 log=$3 took=$4
    case $status in
        0) passed=$((passed + 1)); printf 'ok    %s (%s)\n' "$name" "$took" ;;
        "$SKIPPED") count_skip "$name" "$(tail -n 1 "$log")" ;;
        *) count_failure "$name (exit $status, $took)"; tail -n 80 "$log" | sed 's/^/      | /' ;;
    esac
}

count_skip() {
    skipped=$((skipped + 1))
    skips+=("$1: $2")
    printf 'skip  %s: %s\n' "$1" "$2"
}

count_failure() {
    failed=$((failed + 1))
    failures+=("$1")
    printf 'FAIL  %s\n' "$1"
}

# Ends the current check as skipped, with the reason.
skip() {
    echo "$*"
    exit "$SKIPPED"
}

# suite NAME COMMAND...: a test run whose own totals are added. A run that fails without a failed test (it crashed, or
# ran no test at all: exit 8) counts as one failure.
suite() {
    local name=$1 log started status totals
    shift
    log=$(mktemp "$scratch/log.XXXXXX")
    started=$(milliseconds)
    set +e
    "$@" </dev/null 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    set -e
    read -r -a totals < <(awk '/^ +succeeded: /{p+=$2} /^ +failed: /{f+=$2} /^ +skipped: /{s+=$2} END{print p+0, f+0, s+0}' "$log")
    passed=$((passed + totals[0]))
    skipped=$((skipped + totals[2]))
    add_failed_tests "$name" "$status" "${totals[1]}" "${totals[0]}"
    printf '      %s: %d passed, %d failed, %d skipped (%s)\n' "$name" "${totals[@]}" "$(elapsed "$started")"
}

add_failed_tests() {
    local name=$1 status=$2 in_tests=$3 in_order=$4
    if ((in_tests > 0)); then
        failed=$((failed + in_tests))
        failures+=("$name: $in_tests failed")
    elif ((status != 0)); then
        count_failure "$name (exit $status)"
    elif ((in_order == 0)); then
        count_failure "$name (no test passed)"
    fi
}

# The very last lines of a run; the exit code says whether anything failed.
report() {
    printf '\n== Totals (%d s)\n' "$SECONDS"
    ((skipped == 0)) || printf 'skip  %s\n' "${skips[@]:-tests of a suite: see above}"
    ((failed == 0)) || printf 'FAIL  %s\n' "${failures[@]}"
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    ((failed == 0))
}

milliseconds() {
    date +%s%3N
}

elapsed() {
    local ms=$(($(milliseconds) - $1))
    printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100))
}

# Runs a command or a function in a network of its own that has nothing but loopback, so that no other program can hold the
# port or answer, and with mounts of its own.
alone() {
    unshare --net --mount -- bash -euo pipefail -c 'ip link set lo up; "$@"' alone "$@"
}

# exits CODE COMMAND...: the command must end with exactly this code.
exits() {
    local expected=$1 status=0
    shift
    "$@" || status=$?
    ((status == expected)) && return
    echo "expected exit $expected, got $status: $*"
    return 1
}
