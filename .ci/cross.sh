# Running what was published for another system, and the tool packages. Sourced, not run.

arm64() {
    qemu-aarch64-static -L /usr/aarch64-linux-gnu artifacts/publish/linux-arm64/punch "$@"
}

# Wine's server owns the sockets and would outlive the program by some seconds: it is waited for.
windows() {
    local status=0
    export WINEPREFIX=$scratch/wine WINEDEBUG=-all
    /usr/lib/wine/wine64 artifacts/publish/win-x64/punch.exe "$@" || status=$?
    /usr/lib/wine/wineserver64 --wait
    return "$status"
}

installs_as_a_tool() {
    install_tool punch-cli "$PWD/artifacts/packages" "$scratch/tool"
    prints_version "$scratch/tool/punch"
}

# A folder with nothing but the portable package stands for a system without a native one.
installs_without_native_package() {
    local source=$scratch/portable-source
    mkdir "$source"
    cp "artifacts/packages/punch-cli.any.$(version).nupkg" "$source"
    install_tool punch-cli.any "$source" "$scratch/portable-tool"
    prints_version "$scratch/portable-tool/punch"
}

# The package folder of this run keeps an earlier package of the same version from being installed instead. The sources that
# the repository maps packages to do not hold here.
install_tool() {
    local package=$1 source=$2 folder=$3 wanted
    wanted=$(version)
    (cd "$scratch" && NUGET_PACKAGES=$scratch/packages dotnet tool install "$package" --tool-path "$folder" --version "$wanted" --source "$source")
}

sizes() {
    stat -c '%s bytes  %n' artifacts/publish/*/punch artifacts/publish/*/punch.exe artifacts/packages/*.nupkg
}
