#!/bin/sh
# Installs the servers that `npm run test:real` checks. They are not started as services: the tests start their own.
set -eu

if command -v snmpd >/dev/null && command -v sshd >/dev/null && command -v nginx >/dev/null; then
  exit 0
fi

policy=/usr/sbin/policy-rc.d
made_policy=
if [ ! -e "$policy" ]; then
  made_policy=1
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
fi
trap '[ -z "$made_policy" ] || rm -f "$policy"' EXIT

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -y -q --no-install-recommends snmpd snmp openssh-server nginx-light
