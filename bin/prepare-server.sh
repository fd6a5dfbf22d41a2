# Prepares this server for Mimamori, or takes that back. What is above says for which account, key and commands.
set -eu
umask 077
PATH=/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL

usage='usage: sh SCRIPT [--print | --remove] [--root DIR]

Makes the account that Mimamori logs in with, its key, and the list of commands it may run as root.
Run it as root. It may run again: what is as it should be stays untouched.

  --print     show what would be written, and write nothing
  --remove    take all of it back
  --root DIR  only write the files, below DIR, for the image of a server; the account is not made'

say() { printf '%s\n' "$*"; }
die() {
  printf '%s\n' "$*" >&2
  exit 1
}

deed=install
root=
while [ $# -gt 0 ]; do
  case $1 in
    --print) deed=print ;;
    --remove) deed=remove ;;
    --root)
      [ $# -ge 2 ] && [ -d "$2" ] || die '--root has no directory after it; give the root of an image'
      root=${2%/}
      shift
      ;;
    --help | -h)
      say "$usage"
      exit 0
      ;;
    *)
      say "$1 is not known" >&2
      say "$usage" >&2
      exit 2
      ;;
  esac
  shift
done

remark='Mimamori monitoring'
home=/home/$account
keys=$home/.ssh/authorized_keys
sudoers=/etc/sudoers.d/$account

if [ -e "$root/etc/debian_version" ]; then
  family=debian
elif [ -e "$root/etc/redhat-release" ] || [ -e "$root/etc/system-release" ]; then
  family=redhat
else
  die "${root:-this server} has neither /etc/debian_version nor /etc/redhat-release; the Debian and Red Hat families are known only"
fi

init=sysv
if [ -d "$root/run/systemd/system" ]; then
  init=systemd
elif [ -n "$root" ]; then
  # An image does not run.
  for program in "$root/lib/systemd/systemd" "$root/usr/lib/systemd/systemd"; do
    [ ! -x "$program" ] || init=systemd
  done
fi

is_root() { [ "$(id -u)" -eq 0 ]; }

sudoers_text() {
  cat <<END
# Written by Mimamori's install script; the next run of it undoes what is changed here.
# $account may run these commands with these very arguments, and nothing else.
Defaults:$account env_reset, !setenv, !requiretty
Defaults:$account secure_path="/usr/sbin:/usr/bin:/sbin:/bin"
END
  permitted | while read -r for_family for_init command; do
    [ "$for_family" = any ] || [ "$for_family" = "$family" ] || continue
    [ "$for_init" = "$init" ] || continue
    printf '%s ALL=(root) NOPASSWD: %s\n' "$account" "$command"
  done
}

keys_text() {
  # "restrict" would say the same, and older servers do not know it.
  limits=no-port-forwarding,no-agent-forwarding,no-X11-forwarding,no-pty,no-user-rc
  [ -z "$from" ] || limits="from=\"$from\",$limits"
  printf '%s %s mimamori\n' "$limits" "$key"
}

if [ "$deed" = print ]; then
  say "# account $account, home $home"
  say "# $keys, 0644"
  keys_text
  say "# $sudoers, 0440"
  sudoers_text
  exit 0
fi

is_root || [ -n "$root" ] || die 'this must run as root; run it with sudo sh'

is_ours() {
  case $(getent passwd "$account" || true) in
    *":$remark:$home:"*) return 0 ;;
    *) return 1 ;;
  esac
}

if [ -z "$root" ] && getent passwd "$account" >/dev/null && ! is_ours; then
  die "the account $account is there and not ours; have the script made for another one (--user)"
fi

# All of these belong to root, so that nobody but root swaps them meanwhile.
for path in "$root$home" "$root$home/.ssh" "$root$keys" "$root$sudoers"; do
  [ ! -L "$path" ] || die "$path is a symbolic link; look why, and remove it"
done

if [ -e "$root$sudoers" ] && ! head -n 1 "$root$sudoers" | grep -q "Mimamori's install script"; then
  die "$root$sudoers is there and not ours; have the script made for another account (--user)"
fi

if [ "$deed" = remove ]; then
  rm -f "$root$sudoers" "$root$keys"
  for directory in "$root$home/.ssh" "$root$home"; do
    [ ! -d "$directory" ] || rmdir "$directory" || die "$directory has files of somebody else; look at them, remove it and run this again"
  done
  if [ -z "$root" ] && is_ours; then
    userdel "$account" || die "the account $account could not be removed; end its processes and run this again"
    ! getent group "$account" >/dev/null || groupdel "$account"
  fi
  say "removed: account $account, its key and its list of commands"
  exit 0
fi

command -v visudo >/dev/null || die "sudo is not installed; install the package sudo and run this again"
if [ -z "$root" ] && ! grep -Eq '^[#@]includedir[[:space:]]+"?/etc/sudoers\.d/?"?[[:space:]]*$' /etc/sudoers; then
  die '/etc/sudoers does not read /etc/sudoers.d; add "#includedir /etc/sudoers.d" to its end with visudo, and run this again'
fi

# sudo reads no file that has a dot in its name.
new_sudoers=$root$sudoers.new
new_keys=$root$keys.new
trap 'rm -f "$new_sudoers" "$new_keys"' EXIT
trap 'exit 1' HUP INT TERM

# place NEW PATH MODE: what is the same keeps its time, and a half-written file is never read.
place() {
  chmod "$3" "$1"
  if [ -f "$2" ] && cmp -s "$1" "$2" && [ "$(stat -c %a "$2")" = "${3#0}" ]; then
    rm -f "$1"
    say "unchanged: $2"
  else
    mv -f "$1" "$2"
    say "written: $2"
  fi
}

# First what may be refused, so that a refusal leaves nothing behind.
if [ ! -d "$root/etc/sudoers.d" ]; then
  mkdir -p "$root/etc/sudoers.d"
  chmod 0750 "$root/etc/sudoers.d"
fi
rm -f "$new_sudoers"
sudoers_text >"$new_sudoers"
chmod 0440 "$new_sudoers"
visudo -c -q -f "$new_sudoers" || die "visudo refuses the list of commands; nothing was changed, tell your operator"

if [ -n "$root" ]; then
  :
elif is_ours; then
  say "unchanged: account $account"
else
  # No password opens it; "!" in place of "*" would keep some servers from taking its key, too.
  useradd -r -U -M -d "$home" -s /bin/sh -c "$remark" -p '*' "$account"
  say "made: account $account"
fi
# Without root: services' last log lines, for the alert mail.
if [ -z "$root" ] && getent group systemd-journal >/dev/null; then
  usermod -a -G systemd-journal "$account"
fi

# Home and key belong to root: whoever gets into the account can neither add a key nor lift the limits of ours.
mkdir -p "$root$home/.ssh"
! is_root || chown root:root "$root$home" "$root$home/.ssh"
chmod 0755 "$root$home" "$root$home/.ssh"
rm -f "$new_keys"
keys_text >"$new_keys"
place "$new_keys" "$root$keys" 0644
! is_root || [ -n "$root" ] || ! command -v restorecon >/dev/null || restorecon -R "$home" || true
place "$new_sudoers" "$root$sudoers" 0440

if [ -z "$root" ] && sshd -T 2>/dev/null | grep -Eiq '^allow(users|groups) '; then
  say "note: sshd lets in some accounts only (AllowUsers or AllowGroups); add $account if it is not among them"
fi
[ -n "$from" ] || say 'note: the key is taken from any address; have the script made with --from to limit it'
say "done: Mimamori can log in as $account"
