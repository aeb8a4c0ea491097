#!/bin/sh
# Builds dist/pgladder, the one file that runs anywhere: stub.sh, and behind it a
# gzipped tar of
#   deno, pgladder (the C library's loader), lib/   of the machine that builds, or
#                   with ARCH (aarch64, x86_64) for that kind: fetch_machine.sh
#   app/lib/pgladder.js  the whole program, bundled, and its source map
#   app/lib/             what is not TypeScript in lib/: scripts, SQL
#   app/zx/              zx's core, which loads itself in ways that no bundler follows
#   app/yaml.js          read only where a compose file is
#   app/import_map.json
#   LICENSES/
# With ARCH it is dist/pgladder-ARCH. The same commit gives the same bytes on the
# same machine.
# With arguments: build.sh SOURCE-DIRECTORY OUTPUT-FILE, and gzip's level in
# PACK_LEVEL (1 is 3 MB more in an eighth of the time, for tests).
set -eu
export LC_ALL=C
umask 022

here=$(cd "$(dirname "$0")" && pwd)
source=$(cd "${1:-$here/../..}" && pwd)
machine=${ARCH:-$(uname -m)}
output=${2:-$source/dist/pgladder${ARCH:+-$ARCH}}
case $machine in
  x86_64 | aarch64) ;;
  *) echo "build: There is no pgladder for $machine: ARCH is x86_64 or aarch64" >&2 && exit 1 ;;
esac

# Every file gets this time (seconds since 1970): the commit's.
: "${SOURCE_DATE_EPOCH:=$(git -C "$source" log -1 --format=%ct 2>/dev/null || echo 0)}"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/source" "$work/payload/app/zx" "$work/payload/lib" "$work/payload/LICENSES" "$(dirname "$output")"
payload=$work/payload

# The bundle is made of a copy: only what belongs to the program can get into it,
# and its source map names the files as the repository does.
(cd "$source" && tar -cf - --exclude='*_test.ts' --exclude=testdata --exclude=lib/pack \
  deno.json deno.lock main.ts lib journal) | tar -xf - -C "$work/source"
binary=$(sh "$here/deno.sh" eval -p 'Deno.execPath()')
deno() { (cd "$work/source" && "$binary" "$@"); }
deno install --quiet --frozen --node-modules-dir=auto
# The program finds its scripts and SQL beside the module that reads them. Once
# bundled, all modules stand where the bundle does: in lib/.
if (cd "$source" && grep -rlE --include='*.ts' --exclude='*_test.ts' --exclude-dir=pack --exclude-dir=testdata \
  'import\.meta\.(url|dirname|filename|resolve)' main.ts lib journal) | grep -v '^lib/[^/]*$' >&2; then
  echo 'build: Only modules right in lib/ may use import.meta to find files; these do not lie there' >&2
  exit 1
fi
# Half as large, it starts 15 ms sooner; the source map has the text as written.
deno bundle --quiet --minify --node-modules-dir=auto --external=zx/core --external=yaml \
  --sourcemap=linked -o lib/pgladder.js main.ts
# Deno reads what is imported by a plain name before it starts, also where that
# is imported on first use: a name that it cannot foresee saves every start that.
sed -i 's#import("zx/core")#import("zx" + "/core")#; s#import("yaml")#import("ya" + "ml")#' \
  "$work/source/lib/pgladder.js"
# One character beyond ASCII, and V8 keeps the whole program in twice the memory
# and starts 2 ms later. In strings they are escapes by now, in regular
# expressions they are not.
sed -i 's/→/\\u2192/g; s/…/\\u2026/g' "$work/source/lib/pgladder.js"
if [ -n "$(tr -d '\000-\177' <"$work/source/lib/pgladder.js")" ]; then
  echo 'build: The bundle has a character beyond ASCII that is no escape' >&2
  exit 1
fi
if grep -qE '(from|import|import\(|require\() *"(zx|yaml)[^"]*" *[);]' "$work/source/lib/pgladder.js"; then
  echo 'build: zx or yaml is imported in another way than on first use' >&2
  exit 1
fi
mkdir "$payload/app/lib"
(cd "$work/source/lib" && find . -type f ! -name '*.ts' | tar -cf - -T -) | tar -xf - -C "$payload/app/lib"
for file in build/core.cjs build/esblib.cjs build/internals.cjs build/util.cjs build/vendor-core.cjs package.json; do
  cp -L "$work/source/node_modules/zx/$file" "$payload/app/zx/"
done
echo 'export { isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";' >"$work/source/yaml.ts"
deno bundle --quiet --node-modules-dir=auto -o yaml.js yaml.ts
cp "$work/source/yaml.js" "$payload/app/"
echo '{ "imports": { "zx/core": "./zx/core.cjs", "yaml": "./yaml.js" } }' >"$payload/app/import_map.json"

take_from_here() {
  cp -L "$binary" "$payload/deno"
  # `ldd` prints "name => path (address)" for each library, and the path of the loader.
  ldd "$binary" | while read -r name arrow path _; do
    case $name$arrow in
      *'=>') cp -L "$path" "$payload/lib/$name" ;;
      /*) cp -L "$name" "$payload/pgladder" ;;
    esac
  done
  for package in libc6 libgcc-s1; do
    [ ! -f "/usr/share/doc/$package/copyright" ] || cp -L "/usr/share/doc/$package/copyright" "$payload/LICENSES/$package-copyright"
  done
}
if [ "$machine" = "$(uname -m)" ]; then
  take_from_here
else
  sh "$here/fetch_machine.sh" "$machine" "$payload"
fi
chmod -R u=rwX,go= "$payload"
chmod 700 "$payload/pgladder" "$payload/deno"

for package in "$work/source/node_modules/.deno"/*/node_modules/*; do
  for license in "$package"/LICENSE* "$package/build/3rd-party-licenses"; do
    [ ! -f "$license" ] || cp -L "$license" "$payload/LICENSES/$(basename "$package")-$(basename "$license")"
  done
done
[ ! -f "$(dirname "$binary")/LICENSE" ] || cp "$(dirname "$binary")/LICENSE" "$payload/LICENSES/deno-LICENSE"

tar -cf - --format=ustar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
  --mode=u=rwX,go= -C "$payload" app deno lib LICENSES pgladder | gzip -n"${PACK_LEVEL:-9}" >"$work/payload.tgz"

id=$(sha256sum "$work/payload.tgz" | cut -c1-16)
files=$(cd "$payload" && find app deno lib pgladder -type f | sort | tr '\n' ' ')
lines=$(wc -l <"$here/stub.sh")
version=$(sed -n 's/^ *"version": "\(.*\)",/\1/p' "$source/deno.json")
# Line 1 is #!/bin/sh, 2 the checksum, 3 the five settings, then stub.sh without its first line.
start=$((lines + 3))
{
  echo "id=$id version=$version machine=$machine start=$start files='$files'"
  tail -n +2 "$here/stub.sh"
  cat "$work/payload.tgz"
} >"$work/rest"
{
  echo '#!/bin/sh'
  echo "sum=$(sha256sum "$work/rest" | cut -d' ' -f1)"
  cat "$work/rest"
} >"$work/pgladder"
chmod 755 "$work/pgladder"
cp "$work/pgladder" "$output.new"
mv "$output.new" "$output"
echo "$output: $(wc -c <"$output") bytes"
