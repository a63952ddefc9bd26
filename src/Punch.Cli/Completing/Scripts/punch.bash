# Completion of punch for bash: punch completion bash > ~/.local/share/bash-completion/completions/punch
# For this shell alone: source <(punch completion bash)

_punch() {
    local line=${COMP_LINE:0:COMP_POINT} typed='' option='' others='' candidate words
    IFS=$' \t\n' read -r -a words <<<"$line"
    if [[ $line == *[[:space:]] ]]; then words+=(''); fi
    typed=${words[${#words[@]} - 1]}
    COMPREPLY=()
    while IFS=$'\t' read -r candidate _; do
        case $candidate in
            :files) others=file ;;
            :hosts) others=hostname ;;
            :commands) others=command ;;
            *) COMPREPLY+=("$candidate") ;;
        esac
    done < <("${1/#\~\//$HOME/}" '[complete]' "${words[@]:1}" 2>/dev/null)
    if [[ -n $others ]]; then
        if [[ $others == file ]]; then compopt -o filenames 2>/dev/null; fi
        if [[ $typed == --*=* ]]; then option=${typed%%=*}=; fi
        while IFS= read -r candidate; do
            COMPREPLY+=("$option$candidate")
        done < <(compgen -A "$others" -- "${typed#"$option"}")
    fi
    # readline ends a word at these two and wants what comes after.
    if [[ $typed == *[=:]* && $COMP_WORDBREAKS == *=* && $COMP_WORDBREAKS == *:* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${typed%"${typed##*[=:]}"}"}")
    fi
}

complete -F _punch punch
