# The picture of the README as a browser shows it. Sourced, not run.

# The picture is what the command draws now, in a light and in a dark browser.
picture_shows() {
    local mode=$1 page=$2 arrow=$3 preference=$4 shot=$scratch/ladder-$1.png colours
    "$PUNCH_BINARY" predict home home --svg "$scratch/ladder.svg" -q
    timeout 60 chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$scratch/chromium-$mode" \
        --window-size=672,788 --blink-settings="preferredColorScheme=$preference" --screenshot="$shot" "file://$scratch/ladder.svg" 2>"$scratch/chromium.log"
    colours=$(convert "$shot" -format %c histogram:info:-)
    sort -rn <<<"$colours" | sed -n 1,5p
    # Most of it is the page, and the arrows are there.
    [[ $(sort -rn <<<"$colours" | sed -n 1p) == *"$page"* ]]
    grep -q "$arrow" <<<"$colours"
}
