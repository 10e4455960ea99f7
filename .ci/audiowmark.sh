#!/usr/bin/env bash
# Unpacks Debian's audiowmark into a folder of its own, with the libraries it was built against, and
# prints the path of a program that runs it. Debian stable has no such package, sid has: nothing of
# it is installed into this system.
#
#   AUDIOWMARK=$(.ci/audiowmark.sh /opt/audiowmark)
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
program=$folder/audiowmark
if [ ! -x "$program" ]; then
    apt=$folder/apt
    mkdir -p "$apt"/{lists/partial,archives/partial,deb}
    printf 'Types: deb\nURIs: http://deb.debian.org/debian\nSuites: sid\nComponents: main\nSigned-By: %s\n' \
        /usr/share/keyrings/debian-archive-keyring.gpg >"$apt/sid.sources"
    options=(
        -o "Dir::Etc::sourcelist=$apt/sid.sources" -o Dir::Etc::sourceparts=/nowhere
        -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt" -o Dir::State::status=/dev/null
        -o APT::Sandbox::User=root -o APT::Install-Recommends=false
    )
    apt-get "${options[@]}" -qq update >&2
    packages=$(apt-get "${options[@]}" -qq --print-uris install audiowmark | awk '{print $2}' | sed 's/_.*//')
    (cd "$apt/deb" && apt-get "${options[@]}" -qq download $packages >&2)
    for package in "$apt"/deb/*.deb; do
        dpkg-deb --extract "$package" "$folder/root"
    done
    loader=$(find "$folder/root" -name 'ld-linux-*.so.*' | head -n 1)
    libraries=$(find "$folder/root" -name '*.so.*' -exec dirname {} + | sort -u | paste -sd:)
    printf '#!/bin/sh\nexec "%s" --library-path "%s" "%s" "$@"\n' \
        "$loader" "$libraries" "$folder/root/usr/bin/audiowmark" >"$program"
    chmod +x "$program"
    rm -rf "$apt"
fi
"$program" --version >&2
echo "$program"
