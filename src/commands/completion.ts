import { DONE, type CommandIo, type Endings } from './command-io.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * `trueup completion SHELL`: the script that a shell reads at its start. It knows no command and no
 * flag: it asks `trueup __complete` at each TAB, so it never has to be made anew.
 */
export function runCompletion(io: CommandIo, shell: string): Promise<Endings> {
  const known = SHELLS.find((name) => name === shell);
  if (known !== undefined) io.stdout.write(SCRIPTS[known]);
  return Promise.resolve(DONE);
}

/** For bash 3.2 as well, which macOS has. */
const BASH = String.raw`# bash completion of trueup. In ~/.bashrc:  source <(trueup completion bash)

_trueup() {
  # Readline breaks words at = and :, which are parts of trueup's words; they are joined again.
  local rest=${'$'}{COMP_LINE:0:COMP_POINT} word index
  local -a words=()
  for ((index = 0; index <= COMP_CWORD; index++)); do
    word=${'$'}{COMP_WORDS[index]}
    if ((index == 0)) || [[ $rest == [[:space:]]* ]]; then
      rest=${'$'}{rest#"${'$'}{rest%%[![:space:]]*}"}
      ((index == COMP_CWORD)) && word=$rest
      words[${'$'}{#words[@]}]=$word
    else
      ((index == COMP_CWORD)) && word=$rest
      words[${'$'}{#words[@]} - 1]+=$word
    fi
    rest=${'$'}{rest#"$word"}
  done
  local current=${'$'}{words[${'$'}{#words[@]} - 1]} kept=''
  [[ $current == *[=:]* && $COMP_WORDBREAKS == *=* ]] && kept=${'$'}{current%"${'$'}{current##*[=:]}"}
  COMPREPLY=()
  local line found
  while IFS= read -r line; do
    case $line in
      :files)
        while IFS= read -r found; do COMPREPLY[${'$'}{#COMPREPLY[@]}]=$found; done \
          < <(compgen -f -- "${'$'}{current#"$kept"}")
        compopt -o filenames 2>/dev/null
        ;;
      :directories)
        while IFS= read -r found; do COMPREPLY[${'$'}{#COMPREPLY[@]}]=$found; done \
          < <(compgen -d -- "${'$'}{current#"$kept"}")
        compopt -o filenames 2>/dev/null
        ;;
      :nospace) compopt -o nospace 2>/dev/null ;;
      ?*)
        line=${'$'}{line%%$'\t'*}
        COMPREPLY[${'$'}{#COMPREPLY[@]}]=${'$'}{line#"$kept"}
        ;;
    esac
  done < <(command trueup __complete -- "${'$'}{words[@]:1}" 2>/dev/null)
}

complete -F _trueup trueup
`;

const ZSH = String.raw`#compdef trueup
# zsh completion of trueup. In ~/.zshrc, after compinit:  source <(trueup completion zsh)
# or as a file _trueup in a directory of $fpath.

_trueup() {
  local line
  local -a values shown options
  for line in "${'$'}{(@f)$(command trueup __complete -- "${'$'}{(@Q)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}"; do
    case $line in
      :files)
        [[ $PREFIX == -*=* ]] && compset -P '*='
        _files
        ;;
      :directories)
        [[ $PREFIX == -*=* ]] && compset -P '*='
        _files -/
        ;;
      :nospace) options=(-S '') ;;
      ?*)
        values+=("${'$'}{line%%$'\t'*}")
        shown+=("${'$'}{line/$'\t'/  -- }")
        ;;
    esac
  done
  (( $#values )) && compadd -l -d shown "${'$'}{(@)options}" -a values
}

if [[ $funcstack[1] == _trueup ]]; then
  _trueup "$@"
else
  compdef _trueup trueup
fi
`;

const FISH = String.raw`# fish completion of trueup. In ~/.config/fish/config.fish:  trueup completion fish | source

function __trueup_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    for line in (command trueup __complete -- $words "$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$current"
            case ':directories'
                __fish_complete_directories "$current" ''
            case ':*'
            case '*'
                printf '%s\n' $line
        end
    end
end

complete -c trueup -f -a '(__trueup_complete)'
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
