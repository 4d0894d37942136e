#!/bin/sh
# Makes the fonts of the default theme and of cards again, from the packages named below.
# Needs npm, and of Debian: fonttools python3-brotli.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

get() { # name of the folder, package, SHA-256 of what npm sends
	file=$(cd "$work" && npm pack --silent "$2")
	echo "$3  $work/$file" | sha256sum --check --quiet
	mkdir "$work/$1"
	tar -xzf "$work/$file" -C "$work/$1" --strip-components=1
}

get source source-serif@4.5.1 19a448df98f4aa777de3452b0a1e29aa7ffe29252fe552c8a2d2531702d80746
get armenian @fontsource-variable/noto-serif-armenian@5.3.0 0362f426a502892d1b522c6bf4ad5698b3a203f81b32cbb25d6552299c6dbb32
get georgian @fontsource-variable/noto-serif-georgian@5.3.0 153877cd1148c5f78f3517775ec7764d8740a3d7b33792b6270a2784159e6b33
get arabic @fontsource-variable/noto-naskh-arabic@5.3.0 f70a9e7e17937ea8d6913ec98dfd970604a202a079ac2ec7246c065a12b5e58e
/usr/bin/python3 make.py "$work" ../default/fonts ../../card/fonts
