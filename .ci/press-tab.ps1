# press-tab.ps1 FOLDER-OF-PUNCH: asks PowerShell what Tab offers after each line.
param([string]$Folder)
$env:PATH = $Folder + ':' + $env:PATH
punch completion powershell | Out-String | Invoke-Expression
$cases = [ordered]@{
    'punch comp' = 'completion'
    'punch help pre' = 'predict'
    'punch completion f' = 'fish'
    'punch nat --requ' = '--require'
    'punch nat --require preserv' = 'preserving'
    'punch nat --require=preserv' = '--require=preserving'
    'punch predict symmetric-s' = 'symmetric-sequential'
    'punch predict home home --sh' = '--show'
    'punch serve --max-ro' = '--max-rooms'
    'punch completion ' = 'bash zsh fish powershell'
}
$wrong = 0
foreach ($line in $cases.Keys) {
    $offered = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches
    $got = $offered.CompletionText -join ' '
    $isRight = $got -ceq $cases[$line]
    if (-not $isRight) { $wrong++ }
    "$(if ($isRight) { 'ok' } else { 'WRONG' }): '$line' gives '$got', expected '$($cases[$line])'"
}
exit [int]($wrong -gt 0)
