/** Completion scripts: each asks `vpac __complete` for the words; files are left to the shell. */
export const SCRIPTS: ReadonlyMap<string, string> = new Map([
  [
    "bash",
    `# bash completion for vpac:  source <(vpac completion bash)
_vpac() {
  local IFS=$'\\n'
  COMPREPLY=($(vpac __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _vpac vpac
`,
  ],
  [
    "zsh",
    `#compdef vpac
# zsh completion for vpac:  source <(vpac completion zsh)
_vpac() {
  local -a found
  found=("\${(@f)$(vpac __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then compadd -- "\${found[@]}"; else _files; fi
}
if [[ "\${funcstack[1]}" == "_vpac" ]]; then _vpac "$@"; else compdef _vpac vpac; fi
`,
  ],
  [
    "fish",
    `# fish completion for vpac:  vpac completion fish | source
function __vpac_complete
  set -l words (commandline -opc) (commandline -ct)
  vpac __complete $words[2..-1] 2>/dev/null
end
complete -c vpac -a '(__vpac_complete)'
`,
  ],
]);
