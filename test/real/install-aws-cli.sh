#!/bin/sh
# Installs the AWS CLI that test/real/aws-cli.test.ts drives, from PyPI into an environment of its own: Debian's awscli knows
# neither redrive-execution nor test-state. Nothing outside $directory changes but Debian's python3-venv.
set -eu

requirements=$(dirname "$0")/aws-cli-requirements.txt
version=$(sed -n 's/^awscli==//p' "$requirements")
directory=${AWS_CLI_DIRECTORY:-/opt/mimamori-aws-cli}

# Told by running it: the directory may be half made, or its Python gone.
case $("$directory/bin/aws" --version 2>/dev/null || true) in
  "aws-cli/$version "*) exit 0 ;;
esac

# The package brings venv and the pip that venv puts into an environment; a python3 alone has neither.
status=$(dpkg-query -W -f '${db:Status-Status}' python3-venv 2>/dev/null || true)
if [ "$status" != installed ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  apt-get install -y -q --no-install-recommends python3-venv
fi

rm -rf "$directory"
# Debian's own Python: another one, earlier in PATH, may go away while the environment stays.
/usr/bin/python3 -m venv "$directory"
"$directory/bin/python" -m pip install -q --disable-pip-version-check --no-deps -r "$requirements"
"$directory/bin/aws" --version
