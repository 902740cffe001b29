import type { World } from './world.ts';

/** What `upy-check completion <shell>` prints. Each asks the program itself, which prints `value<tab>description` lines. */

/** Words are taken from the line: bash's own break at `=` and `:`. */
const BASH = `# upy-check completion for bash. Put this into ~/.bashrc:
#   source <(npx upy-check completion bash)
_upy_check() {
  local line="\${COMP_LINE:0:COMP_POINT}" value cut
  local -a words
  read -ra words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  local current="\${words[-1]}"
  # bash keeps what stands before the last = or :
  cut="\${current%"\${current##*[=:]}"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    [[ "$value" == *[=/] ]] && compopt -o nospace
    value="\${value#"$cut"}"
    [[ "$value" == *[=/] ]] || value="$(printf '%q' "$value")"
    COMPREPLY+=("$value")
  done < <("\${words[0]}" --complete "\${words[@]:1}" 2>/dev/null)
}
complete -o nosort -F _upy_check upy-check
`;

const ZSH = `#compdef upy-check
# upy-check completion for zsh. Put this into ~/.zshrc, after compinit:
#   source <(npx upy-check completion zsh)
_upy_check() {
  local line value
  local -a ended ended_shown open
  for line in "\${(@f)$("\${words[1]}" --complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    value="\${line%%$'\\t'*}"
    [[ -z "$value" ]] && continue
    if [[ "$value" == *[=/] ]]; then
      open+=("$value")
    else
      ended+=("$value")
      ended_shown+=("\${line/$'\\t'/  }")
    fi
  done
  (( \${#ended} )) && compadd -V upy-check -l -d ended_shown -a ended
  (( \${#open} )) && compadd -V upy-check-open -S '' -a open
}
compdef _upy_check upy-check
`;

const FISH = `# upy-check completion for fish:
#   npx upy-check completion fish > ~/.config/fish/completions/upy-check.fish
function __upy_check_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] --complete $words[2..-1] 2>/dev/null
end
complete -c upy-check -f -a '(__upy_check_complete)'
`;

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

/** `upy-check completion`: without a shell, that of `$SHELL`. */
export function runCompletion(shell: Shell | null, { environment, stdout }: World): number {
  const own = SHELLS.find((each) => environment.SHELL?.endsWith(each) === true);
  stdout.write(COMPLETION_SCRIPTS[shell ?? own ?? 'bash']);
  return 0;
}
