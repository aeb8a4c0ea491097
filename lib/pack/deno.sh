#!/bin/sh
# Runs Deno with the arguments given: the `deno` on PATH where that is the
# version below, else the same version out of the npm registry. Everything in
# the Makefile goes through here, so that the version is written in one place.
set -eu

version=2.9.6

if [ "$(deno eval -p 'Deno.version.deno' 2>/dev/null)" = "$version" ]; then
  exec deno "$@"
fi
if ! command -v npx >/dev/null; then
  echo "Deno $version is needed: install it, or npx (of Node.js), which fetches it" >&2
  exit 1
fi
# npx stays as the parent, changes the environment and wraps signals and exit
# codes; so it is only asked where the binary lies.
binary=$(npx --yes "deno@$version" eval -p 'Deno.execPath()' 2>/dev/null) || binary=
if [ ! -x "$binary" ]; then
  echo "Deno $version could not be fetched with npx from the npm registry" >&2
  exit 1
fi
exec "$binary" "$@"
