# The Debian package in a bare Debian. Sourced, not run.

# Twice, since the same binary must give the same package.
builds_debian_package() {
    local again=$scratch/deb-again
    rm -rf artifacts/deb
    packaging/deb/build "$1" amd64 artifacts/deb
    packaging/deb/build "$1" amd64 "$again"
    cmp artifacts/deb/*.deb "$again"/*.deb
    dpkg-deb --info artifacts/deb/*.deb
}

# As small as Debian gets: no service manager, no `ip`, no manual.
bare_debian() {
    debootstrap --variant=minbase bookworm "$scratch/debian"
    cp /etc/resolv.conf "$scratch/debian/etc/resolv.conf"
    touch "$scratch/debian/etc/hosts"
    in_debian apt-get update -q
}

# in_debian COMMAND...: runs it there.
in_debian() {
    DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
        unshare --mount --pid --fork --mount-proc="$scratch/debian/proc" chroot "$scratch/debian" "$@"
}

# All that users, services and packages left there. The package manager's own books and caches are none of ours.
files_of_debian() {
    (cd "$scratch/debian" && find . -xdev \
        \( -path ./proc -o -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/cache -o -path ./var/log -o -path ./tmp \) -prune \
        -o \( -type d -printf '%p %y %m %u %g\n' -o -printf '%p %y %m %u %g %s\n' \) | sort)
    in_debian dpkg --get-selections
    cat "$scratch"/debian/etc/{passwd,group}
}

installs_with_apt() {
    files_of_debian >"$scratch/before"
    cp artifacts/deb/punch_*.deb "$scratch/debian/tmp/"
    in_debian sh -c 'cd /tmp && apt-get install -q -y --no-install-recommends ./punch_*.deb'
    prints_version in_debian punch
    in_debian test -f /etc/default/punch -a -f /usr/lib/systemd/system/punch.service
    for shell in bash zsh fish; do
        in_debian punch completion "$shell" | cmp - "$(completion_file "$shell")"
    done
    man --manpath="$scratch/debian/usr/share/man" --where punch punch-meet punch-nat punch-predict punch-serve
}

completion_file() {
    case $1 in
        bash) echo "$scratch/debian/usr/share/bash-completion/completions/punch" ;;
        zsh) echo "$scratch/debian/usr/share/zsh/vendor-completions/_punch" ;;
        fish) echo "$scratch/debian/usr/share/fish/vendor_completions.d/punch.fish" ;;
    esac
}

# The service is off until somebody turns it on, and systemd takes the unit as it is.
service_is_off() {
    local unit=$scratch/debian/usr/lib/systemd/system/punch.service
    [[ $(systemctl --root="$scratch/debian" is-enabled punch.service) == disabled ]]
    sed "s:^ExecStart=punch:ExecStart=$scratch/debian/usr/bin/punch:" "$unit" >"$scratch/punch.service"
    systemd-analyze verify --man=no "$scratch/punch.service"
    systemctl --root="$scratch/debian" enable punch.service
}

# Nothing is left but what apt keeps of its own, not even of a service that was on.
purges_without_a_trace() {
    in_debian apt-get purge -q -y --autoremove punch
    files_of_debian >"$scratch/after"
    diff "$scratch/before" "$scratch/after"
    ! in_debian find /var/lib/dpkg/info /etc /usr /var/lib -name '*punch*' | grep .
}

# The first commands of the README, as they stand there, on three hosts that have nothing but the package: a server and two
# machines. The third command is the line that the second prints. Runs in a network and a mount namespace of its own.
first_screen() {
    local commands server first second
    mapfile -t commands < <(sed -n '1,60s/^\(punch .*\)/\1/p' README.md)
    [[ ${commands[0]} == 'punch serve' && ${commands[1]} == 'punch meet --via punch.example' ]]
    three_hosts
    host server "${commands[0]}" >"$scratch/server.txt" 2>&1 &
    server=$!
    sleep 1
    host a "${commands[1]}" >"$scratch/a.txt" 2>&1 &
    first=$!
    shows 'On the other side: ' "$scratch/a.txt"
    host b "$(sed -n 's/^On the other side: //p' "$scratch/a.txt")" >"$scratch/b.txt" 2>&1 &
    second=$!
    shows 'Path open' "$scratch/a.txt"
    shows 'Path open' "$scratch/b.txt"
    kill "$first" "$second"
    wait "$first"
    wait "$second"
    kill "$server"
    wait "$server"
    cat "$scratch"/{server,a,b}.txt
}

three_hosts() {
    local name number=0
    mkdir -p /run/netns
    mount -t tmpfs none /run/netns
    mount -t proc none "$scratch/debian/proc"
    ip link add bridge type bridge
    ip link set bridge up
    for name in server a b; do
        number=$((number + 1))
        ip netns add "$name"
        ip link add "to-$name" type veth peer name eth0 netns "$name"
        ip link set "to-$name" master bridge up
        ip -n "$name" address add "203.0.113.$number/24" dev eth0
        ip -n "$name" link set eth0 up
        ip -n "$name" link set lo up
    done
    echo '203.0.113.1 punch.example' >"$scratch/hosts"
    mount --bind "$scratch/hosts" "$scratch/debian/etc/hosts"
}

# host NAME LINE: runs a line of shell on it.
host() {
    exec ip netns exec "$1" chroot "$scratch/debian" sh -c "exec $2"
}

# shows TEXT FILE: waits for it.
shows() {
    timeout 20 bash -c 'until grep -q "$1" "$2"; do sleep 0.1; done' shows "$1" "$2" || { cat "$2"; return 1; }
}
