#!/bin/sh
# Makes libwebp.wasm anew: Debian's libwebp with stet.c in front of it, by
# Debian 12's compiler. Needs, of that Debian: clang lld wasi-libc
# libclang-rt-14-dev-wasm32 dpkg-dev. The same packages make the same bytes.
set -eu
version=1.2.4-0.2+deb12u1
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
mkdir -p lists/partial
for suite in bookworm bookworm-updates; do
	echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $suite main"
done >sources.list
echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian-security bookworm-security main" >>sources.list
apt="-o Dir::Etc::sourcelist=$dir/sources.list -o Dir::Etc::sourceparts=- -o Dir::State::lists=$dir/lists -o APT::Sandbox::User="
apt-get -qq $apt update
apt-get -qq $apt source "libwebp=$version" >/dev/null
cd libwebp-*/
# shellcheck disable=SC2046
clang --target=wasm32-wasi -mexec-model=reactor -O3 -flto -DNDEBUG -I. \
	-ffile-prefix-map="$dir"=. -ffile-prefix-map="$here"=. \
	-Wl,--strip-all -Wl,--max-memory=1073741824 -Wl,-z,stack-size=262144 \
	"$here/stet.c" $(ls src/dec/*.c src/demux/*.c src/dsp/*.c src/enc/*.c src/mux/*.c src/utils/*.c sharpyuv/*.c | LC_ALL=C sort) \
	-o "$here/libwebp.wasm"
cp COPYING PATENTS "$here/"
