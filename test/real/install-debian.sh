#!/bin/sh
# Installs the servers that `npm run test:real` checks, and the plugins it compares verdicts with. They are not started
# as services: the tests start their own.
set -eu

# The plugins only recommend what they ask by or link to: nslookup, snmpget, and the clients' libraries.
packages='
  snmpd snmp openssh-server sudo nginx-light
  postfix dovecot-imapd dovecot-pop3d nsd vsftpd mariadb-server mariadb-client postgresql
  monitoring-plugins-basic monitoring-plugins-standard bind9-dnsutils libmariadb3 libpq5
'

missing=
for package in $packages; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

# Asked by the packages' scripts before they start a service; 101 forbids it.
policy=/usr/sbin/policy-rc.d
made_policy=
if [ ! -e "$policy" ]; then
  made_policy=1
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
fi
trap '[ -z "$made_policy" ] || rm -f "$policy"' EXIT

# Postfix asks what kind of mail server this is, and wants a host name of several parts for most answers.
echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086 # one word for each package
apt-get install -y -q --no-install-recommends $missing
