#!/bin/sh
# Installs the browser that `npm run test:web` and `npm run test:e2e` look at pages with, and a font with Japanese.
set -eu

missing=
for package in chromium fonts-noto-cjk; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing
