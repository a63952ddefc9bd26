# What other people's CI takes from here. Sourced, not run.

# The archive of packaging/release, which the check before this one made.
release_archive() {
    echo "$PWD/artifacts/release/punch-$(version)-linux-x64.tar.gz"
}

# action NAME INPUT=VALUE...: runs the GitHub Action.
action() {
    export RUNNER_TEMP=$scratch/action-$1
    shift
    mkdir -p "$RUNNER_TEMP"
    ruby .ci/run-action.rb archive="$(release_archive)" "$@"
}

action_reaches_a_host() {
    local sum
    sum=$(sha256sum <"$(release_archive)" | cut -d ' ' -f 1)
    action host host=localhost deadline=10s sha256="$sum" | tee "$scratch/action.txt"
    grep 'output exit=0' "$scratch/action.txt"
    grep 'output remote=.*:6311' "$scratch/action.txt"
    grep 'output rtt-ms=[0-9.]' "$scratch/action.txt"
}

# Exit 1 decides, and a wrong hash ends before anything runs.
action_fails() {
    exits 1 action nobody host=127.0.0.9 deadline=1s >"$scratch/action.txt"
    cat "$scratch/action.txt"
    grep '^::error title=punch::no two-way path' "$scratch/action.txt"
    grep 'output exit=1' "$scratch/action.txt"
    exits 1 action wrong host=localhost sha256="$(printf '%064d' 0)"
}

# Two jobs of a workflow with one code.
actions_meet() {
    with_server both_succeed action a action b
}

# with_server COMMAND...: with a server on loopback, which the examples know by a variable.
with_server() {
    local server status=0
    "$PUNCH_BINARY" serve --listen 127.0.0.1 --no-tcp >"$scratch/serve.out" &
    server=$!
    sleep 0.5
    export PUNCH_SERVER=127.0.0.1 PUNCH_CODE=0000-1111-2222-3333-4444
    "$@" || status=$?
    kill "$server"
    wait "$server"
    return "$status"
}

# both_succeed COMMAND WORD COMMAND WORD: at the same time; an action gets the code and the server as inputs.
both_succeed() {
    local first status=0 inputs=()
    [[ $1 != action ]] || inputs=(code="$PUNCH_CODE" server="$PUNCH_SERVER" deadline=20s)
    "$1" "$2" "${inputs[@]}" &
    first=$!
    "$3" "$4" "${inputs[@]}" || status=$?
    wait "$first" || status=$?
    return "$status"
}

# The scripts of the GitLab jobs, as they stand there.
gitlab_jobs_work() {
    PATH=$(dirname "$PUNCH_BINARY"):$PATH
    with_server both_succeed gitlab_script punch:between-runners gitlab_script punch:between-runners
    export PUNCH_HOST=localhost
    gitlab_script punch:to-a-host
}

gitlab_script() {
    local script
    script=$(ruby -ryaml -e 'puts YAML.safe_load_file("packaging/ci/gitlab.yml").fetch(ARGV[0]).fetch("script")' "$1")
    bash -euo pipefail -c "$script"
}

# What the pods of the Kubernetes Job and the containers of the compose file run.
kubernetes_job_works() {
    with_server both_succeed kubernetes_pod Job kubernetes_pod Job
    with_server both_succeed compose_service a compose_service b
}

kubernetes_pod() {
    local words
    mapfile -t words < <(ruby -ryaml -e '
        documents = YAML.load_stream(File.read("packaging/ci/kubernetes.yaml"))
        puts documents.find { |document| document["kind"] == ARGV[0] }.dig("spec", "template", "spec", "containers", 0, "args")' "$1")
    "$PUNCH_BINARY" "${words[@]}"
}

compose_service() {
    local words
    mapfile -t words < <(ruby -ryaml -e '
        puts YAML.load_file("packaging/ci/compose.yaml", aliases: true).dig("services", ARGV[0], "command")' "$1")
    "$PUNCH_BINARY" "${words[@]}"
}

compose_file_is_valid() {
    docker-compose --file packaging/ci/compose.yaml config
}

releases() {
    packaging/release --no-build https://punch.example/releases
    (cd artifacts/release && sha256sum --check --quiet SHA256SUMS && cat SHA256SUMS)
}

# A second run over the same binaries gives the same archives.
releases_again() {
    cp artifacts/release/SHA256SUMS "$scratch/sums"
    packaging/release --no-build https://punch.example/releases
    diff "$scratch/sums" artifacts/release/SHA256SUMS
}

# The archives unpack, the manifests parse and have the hashes, and each artifact has its list of contents.
release_is_whole() {
    local out=artifacts/release file sum
    tar -xzf "$(release_archive)" -C "$scratch"
    prints_version "$scratch/punch-$(version)-linux-x64/punch"
    python3 -m zipfile --test "$out/punch-$(version)-win-x64.zip"
    ruby -c "$out/punch.rb"
    sum=$(sed -n "s/  punch-$(version)-win-x64.zip$//p" $out/SHA256SUMS)
    jq -e --arg sum "$sum" --arg version "$(version)" \
        '.version == $version and .architecture."64bit".hash == $sum and .bin == "punch.exe"' $out/punch.json
    grep -q "sha256 \"$(sed -n "s/  punch-$(version)-osx-arm64.tar.gz$//p" $out/SHA256SUMS)\"" $out/punch.rb
    for file in "$out"/winget/*.yaml; do
        ruby -ryaml -e 'm = YAML.safe_load_file(ARGV[0]); %w[PackageIdentifier PackageVersion ManifestType ManifestVersion].each { |k| m.fetch(k) }' "$file"
    done
    grep -q "$sum" $out/winget/Punch.Punch.installer.yaml
    for file in "$out"/*.tar.gz "$out"/*.zip "$out"/*.deb; do
        contents=${file%.tar.gz}
        contents=${contents%.zip}
        is_sbom "${contents%.deb}.cdx.json"
    done
}

is_sbom() {
    jq -e --arg version "$(version)" '.bomFormat == "CycloneDX" and .specVersion == "1.5" and (.serialNumber | startswith("urn:uuid:"))
        and .metadata.component.version == $version
        and ([.components[] | select(.name == "Serilog" and (.hashes[0].content | length) == 128)] | length) == 1
        and all(.components[]; .purl and .version and .licenses)' "$1" >/dev/null || { echo "$1 is no SBOM"; return 1; }
}

# The same commit, built in another folder, gives the same bytes: those of each assembly and of the native program.
same_in_another_folder() {
    local other=$scratch/another/place/for/it file
    git clone --quiet . "$other"
    git ls-files -z | tar --null --files-from - -c | tar -C "$other" -x
    "$other/packaging/publish" linux-x64
    while read -r file; do
        cmp "$file" "$other/$file"
        echo "same: $file"
    done < <(cd "$other" && find src -path '*/bin/Release/*' -name '[Pp]unch*.dll' | sort)
    cmp artifacts/publish/linux-x64/punch "$other/artifacts/publish/linux-x64/punch"
    sha256sum artifacts/publish/linux-x64/punch
}

# A restore takes what the lock files list, or fails.
takes_only_what_is_listed() {
    local other=$scratch/locked
    git clone --quiet . "$other"
    git ls-files -z | tar --null --files-from - -c | tar -C "$other" -x
    cd "$other"
    CI=true dotnet restore src/Punch.Cli -v quiet
    sed -i 's/"Serilog" Version="[0-9.]*"/"Serilog" Version="4.3.0"/' Directory.Packages.props
    exits 1 env CI=true dotnet restore src/Punch.Cli -v quiet | tee restore.log
    grep -q NU1004 restore.log
}
