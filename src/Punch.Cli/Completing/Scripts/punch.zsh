#compdef punch
# Completion of punch for zsh: punch completion zsh > ~/.zfunc/_punch, with 'fpath+=~/.zfunc' before 'compinit' in ~/.zshrc
# For this shell alone, after compinit: source <(punch completion zsh)

_punch() {
    local line others
    local -a candidates
    for line in ${(f)"$(${(Q)words[1]/#\~\//$HOME/} '[complete]' "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)"}; do
        case $line in
            :*) others=$line ;;
            *$'\t'*) candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
            *) candidates+=("${line//:/\\:}") ;;
        esac
    done
    local result=1
    if (( $#candidates )); then _describe -V 'punch' candidates && result=0; fi
    if [[ -n $others && $PREFIX == --*=* ]]; then compset -P '*='; fi
    case $others in
        :files) _files && result=0 ;;
        :hosts) _hosts && result=0 ;;
        :commands) _command_names -e && result=0 ;;
    esac
    return result
}

if [[ $funcstack[1] == _punch ]]; then
    _punch "$@"
else
    compdef _punch punch
fi
