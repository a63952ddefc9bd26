# What a shell and `man` know about punch. Sourced, not run.

# The version that still runs on .NET 10.
readonly POWERSHELL_VERSION=7.6.9

# completes_in SHELL BINARY: words and Tab in an interactive shell on a terminal.
completes_in() {
    python3 .ci/press-tab.py "$1" "$2"
}

# From the package folder that the build uses, so that a second run fetches nothing.
completes_in_powershell() {
    dotnet tool install powershell --tool-path "$scratch/powershell" --version "$POWERSHELL_VERSION"
    "$scratch/powershell/pwsh" -NoProfile -File .ci/press-tab.ps1 "$(dirname "$1")"
}

# The commit that was built and how it runs.
tells_its_commit() {
    local printed
    printed=$("$1" --version -v)
    echo "$printed"
    [[ $printed == "punch $(version)"$'\n'"commit $(git rev-parse HEAD)"$'\n'"runtime .NET "*native ]]
}

# The pages in docs/man, which a unit test holds to the option tables.
manual_is_clean() {
    local page complaints
    for page in docs/man/*; do
        complaints=$(mandoc -T lint -W style "$page"; LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings --local-file "$page" 2>&1 >/dev/null)
        [[ -z $complaints ]] || { echo "$page: $complaints"; return 1; }
        LC_ALL=C.UTF-8 MANWIDTH=80 man --local-file "$page" | grep -q 'EXIT STATUS'
    done
}
