# Completion of punch for fish: punch completion fish > ~/.config/fish/completions/punch.fish
# For this shell alone: punch completion fish | source

function __punch_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l option (string match -r -- '^--[^=]*=' "$typed")
    set -l value (string replace -r -- '^--[^=]*=' '' "$typed")
    for line in (command $words[1] '[complete]' $words[2..-1] "$typed" 2>/dev/null)
        switch $line
            case :files
                for file in (__fish_complete_path "$value")
                    echo "$option$file"
                end
            case :hosts
                for host in (__fish_print_hostnames)
                    echo "$option$host"
                end
            case :commands
                complete -C "command $value"
            case '*'
                echo $line
        end
    end
end

complete -c punch -f -k -a '(__punch_complete)'
