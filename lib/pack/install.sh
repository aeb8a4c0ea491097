#!/bin/sh
# Puts a built pgladder with its man page and completions below a prefix:
#   install.sh FILE ROOT
# FILE is dist/pgladder, ROOT what stands for /usr or /usr/local (with DESTDIR
# before it, where that is wanted). All that is put there comes out of FILE. Where
# FILE is for another kind of machine, PRINTER names a program that prints the same.
set -eu
export LC_ALL=C
umask 022

file=$1 root=$2
# Where zsh looks differs: Debian's packages have a directory of their own.
zsh=${ZSH_DIRECTORY:-share/zsh/site-functions}

if [ ! -f "$file" ]; then
  echo "install: There is no \"$file\": make build makes it" >&2
  exit 1
fi

# Printed first, so that nothing is installed of a file that does not run.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printer=${PRINTER:-$file}
sh "$printer" help --man >"$work/man"
for shell in bash zsh fish; do
  sh "$printer" completions "$shell" >"$work/$shell"
done

put() { # mode, what, where below the root
  mkdir -p "$root/${3%/*}"
  cp "$2" "$root/$3.new"
  chmod "$1" "$root/$3.new"
  mv "$root/$3.new" "$root/$3"
}

put 755 "$file" bin/pgladder
put 644 "$work/man" share/man/man1/pgladder.1
put 644 "$work/bash" share/bash-completion/completions/pgladder
put 644 "$work/zsh" "$zsh/_pgladder"
put 644 "$work/fish" share/fish/vendor_completions.d/pgladder.fish
