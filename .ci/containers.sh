# Two containers made FROM scratch that find each other by name. Sourced, not run.

# Runs in a network and a mount namespace of its own and keeps its storage in the scratch space, so that it neither meets
# other containers of this machine nor leaves a bridge, a firewall rule or an image behind.
containers_prove_a_path() {
    local folder=$1
    unshare --net --mount -- bash -euo pipefail -c 'ip link set lo up; two_containers "$@"' containers "$folder"
}

two_containers() {
    local folder=$1 prefix="punch-ci-$$" status=0
    # shellcheck disable=SC2064 # the name is known now
    trap "remove_containers $prefix" EXIT
    contained build --quiet --target prebuilt --tag "$prefix" --file Dockerfile "$folder"
    contained image inspect --format '{{.Size}} bytes in the image' "$prefix"
    contained network create "$prefix"
    create_peer "$prefix" a b
    create_peer "$prefix" b a
    # `init` gives a container its address and its name without starting it. A peer that is up before the other has a name
    # would rightly end with "does not resolve".
    contained init "$prefix-a" "$prefix-b"
    contained start --attach "$prefix-a" >"$scratch/a.json" &
    local first=$!
    contained start --attach "$prefix-b" >"$scratch/b.json" || status=$?
    wait "$first" || status=$?
    cat "$scratch/a.json" "$scratch/b.json"
    ((status == 0))
    tells_of_a_path "$scratch/a.json"
    tells_of_a_path "$scratch/b.json"
}

create_peer() {
    local prefix=$1 own=$2 other=$3
    contained create --name "$prefix-$own" --network "$prefix" --network-alias "$own" \
        --ulimit nofile=1024:1024 --ulimit nproc=1024:1024 "$prefix" "$other" -c 1 -w 30s --json
}

# podman with runc (crun of Debian 12 refuses a hybrid cgroup hierarchy) and the plainest storage.
contained() {
    podman --root "$scratch/storage" --runroot "$scratch/containers" --network-config-dir "$scratch/networks" \
        --storage-driver vfs --runtime runc "$@"
}

remove_containers() {
    contained rm --force --time 0 "$1-a" "$1-b" || true
    contained network rm --force "$1" || true
    contained rmi --force "$1" || true
}
