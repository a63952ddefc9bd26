# Containers made FROM scratch that find each other by name. Sourced, not run.

# contained COMMAND...: runs a command with podman in a network and a mount namespace of its own and with its storage in the
# scratch space, so that it neither meets other containers of this machine nor leaves a bridge, a firewall rule or an image.
contained() {
    configure_podman
    unshare --net --mount -- bash -euo pipefail -c 'ip link set lo up; "$@"' contained "$@"
}

# crun of Debian 12 refuses a hybrid cgroup hierarchy, and a container may not be given more files than this shell has.
configure_podman() {
    export CONTAINERS_CONF=$scratch/containers.conf CONTAINERS_STORAGE_CONF=$scratch/storage.conf
    printf '%s\n' '[containers]' 'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]' '[engine]' 'runtime = "runc"' \
        '[network]' "network_config_dir = \"$scratch/networks\"" >"$CONTAINERS_CONF"
    printf '%s\n' '[storage]' 'driver = "vfs"' "graphroot = \"$scratch/storage\"" "runroot = \"$scratch/containers\"" \
        >"$CONTAINERS_STORAGE_CONF"
}

# The last stage of the Dockerfile around the binary published before; the SDK image is not to be had everywhere.
build_image() {
    podman build --quiet --target prebuilt --tag punch --file Dockerfile "$1"
    podman image inspect --format '{{.Size}} bytes' punch
    podman run --rm --network none punch --version
}

two_containers() {
    local prefix="punch-ci-$$"
    # shellcheck disable=SC2064 # the name is known now
    trap "remove_containers $prefix" EXIT
    podman network create "$prefix"
    create_peer "$prefix" a b
    create_peer "$prefix" b a
    # `init` gives a container its address and its name without starting it. Started one after the other, the first may look
    # for a name that does not exist yet, and would rightly say so.
    podman init "$prefix-a" "$prefix-b"
    both_tell_of_a_path "$prefix"
}

# A server in one container answers `punch nat` in another, and says so when it is told to stop.
container_serves() {
    local prefix="punch-ci-$$-serve"
    # shellcheck disable=SC2064 # the name is known now
    trap "remove_containers $prefix" EXIT
    podman network create "$prefix"
    podman create --name "$prefix-a" --network "$prefix" --network-alias a punch serve --json
    podman create --name "$prefix-b" --network "$prefix" punch nat --server a --require udp -q
    podman start "$prefix-a"
    podman start --attach "$prefix-b"
    podman stop --time 5 "$prefix-a"
    podman logs "$prefix-a" >"$scratch/serve.json"
    cat "$scratch/serve.json"
    jq -e 'select(.event == "summary") | .exit == 0 and .udp.answered > 0' "$scratch/serve.json"
}

# Two containers that know nothing of each other but a code meet through a third.
containers_meet() {
    local prefix="punch-ci-$$-meet" own
    # shellcheck disable=SC2064 # the name is known now
    trap "podman rm --force --time 0 $prefix-s; remove_containers $prefix" EXIT
    podman network create "$prefix"
    podman create --name "$prefix-s" --network "$prefix" --network-alias s punch serve --json
    podman start "$prefix-s"
    for own in a b; do
        podman create --name "$prefix-$own" --network "$prefix" --env PUNCH_CODE=0000-1111-2222-3333-4444 \
            punch meet --via s -c 1 -w 30s --json
    done
    both_tell_of_a_path "$prefix"
}

# Runs the containers a and b to their end.
both_tell_of_a_path() {
    local prefix=$1 first status=0
    podman start --attach "$prefix-a" >"$scratch/a.json" &
    first=$!
    podman start --attach "$prefix-b" >"$scratch/b.json" || status=$?
    wait "$first" || status=$?
    cat "$scratch/a.json" "$scratch/b.json"
    ((status == 0))
    tells_of_a_path "$scratch/a.json"
    tells_of_a_path "$scratch/b.json"
}

create_peer() {
    local prefix=$1 own=$2 other=$3
    podman create --name "$prefix-$own" --network "$prefix" --network-alias "$own" punch "$other" -c 1 -w 30s --json
}

remove_containers() {
    podman rm --force --time 0 "$1-a" "$1-b" || true
    podman network rm --force "$1" || true
}

# compose.yaml as it stands, with podman in the place of the Docker engine.
composed_peers() {
    local engine states
    export DOCKER_HOST=unix://$scratch/engine.sock COMPOSE_PROJECT_NAME=punch-ci-$$
    podman system service --time 0 "$DOCKER_HOST" &
    engine=$!
    # shellcheck disable=SC2064 # the id is known now
    trap "docker-compose down; kill $engine" EXIT
    timeout 10 bash -c 'until [[ -S ${DOCKER_HOST#unix://} ]]; do sleep 0.1; done'
    timeout 60 docker-compose up --no-build --no-color
    states=$(podman ps --all --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME" --format '{{.Names}} {{.ExitCode}}')
    echo "$states"
    [[ $(grep -c ' 0$' <<<"$states") == 2 ]]
}
