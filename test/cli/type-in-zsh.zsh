# zsh -f type-in-zsh.zsh SCRIPT LINE…: types each line into a zsh at a terminal of its own, in which the completion SCRIPT is loaded,
# presses Tab, and prints what that shows and then the line as it stands between < and >, with \x01 behind each.
zmodload zsh/zpty

# What the zsh that is typed into reads first; Ctrl-X prints its line.
setup=${1:h}/setup.zsh
cat > $setup <<END
PS1=
LISTMAX=1000
autoload -Uz compinit
compinit -u -D
source $1
show() { print -n "<\$BUFFER>\x01" }
zle -N show
bindkey '^X' show
print -n '\x01'
END
shift

zpty shell 'zsh -f -i'
zpty -w shell "source $setup"
zpty -r -m shell shown $'*\x01*'
for line in "$@"; do
  zpty -w -n shell $'\C-u'"$line"$'\t\C-x'
  zpty -r -m shell shown $'*\x01*'
  print -rn -- "$shown"
done
