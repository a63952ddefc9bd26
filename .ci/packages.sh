# The Debian packages that the checks use. Sourced, not run.

readonly PACKAGES=(
    jq
    clang lld                                                                   # links the static and the arm64 binary
    cmake make libssl-dev                                                       # puts OpenSSL into the static binary
    gcc-aarch64-linux-gnu binutils-aarch64-linux-gnu libc6-dev-arm64-cross      # arm64 binary
    qemu-user-static wine64                                                     # run the arm64 and the Windows binary
    podman runc netavark aardvark-dns iptables docker-compose                   # containers that know each other by name
    iproute2 nftables conntrack ruby faketime socat netcat-openbsd              # the lab, the original, and what a path is handed to or compared with
    chromium fonts-dejavu-core imagemagick                                      # shows the picture of the README
    python3-aioice                                                              # an ICE library, which punch meet is compared with
    man-db mandoc                                                               # read the manual pages
    debootstrap systemd binutils                                                # a bare Debian for the Debian package
    zip                                                                         # the archive for Windows
    zsh fish python3                                                            # shells that complete
    nginx haproxy openssl                                                       # stand in front of punch serve, and make certificates
    tinyproxy                                                                   # lets punch meet out of a network without UDP
    iperf3 openssh-client openssh-server                                        # what streams are compared with
    coturn gcc libc6-dev                                                        # asks punch serve, and is compared with it, as plain C is
)

# Installs what is missing; a second run only looks.
install_packages() {
    local missing
    mapfile -t missing < <(missing_packages)
    ((${#missing[@]} > 0)) || return 0
    echo "missing: ${missing[*]}"
    ((EUID == 0)) || { echo 'installing them needs root'; return 1; }
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    apt-get install -q -y --no-install-recommends "${missing[@]}"
}

missing_packages() {
    local package
    for package in "${PACKAGES[@]}"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || echo "$package"
    done
}
