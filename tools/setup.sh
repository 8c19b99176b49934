#!/bin/sh
# Makes the environment that `make demo` and `make test` share: locked, hash-checked, editable.
# Needs only Python >= 3.11 with venv, and a network the first time.
set -eu
venv="$1"
python="${PYTHON:-python3}"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "set-up: $python is older than Python 3.11; name a newer one: make PYTHON=python3.12 …" >&2
  exit 2
}
echo "set-up: preparing $venv (first time: about a minute, needs a network)" >&2
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv" || {
  echo "set-up: python3 -m venv failed; on Debian and Ubuntu install the package python3-venv" >&2
  exit 2
}
[ -x "$venv/bin/uv" ] || "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
# Networks of an organisation often have a certificate authority of their own: trust what the system trusts.
if [ -s /etc/ssl/certs/ca-certificates.crt ]; then export UV_SYSTEM_CERTS=true; fi
VIRTUAL_ENV="$venv" "$venv/bin/uv" pip sync --quiet --require-hashes requirements.lock
VIRTUAL_ENV="$venv" "$venv/bin/uv" pip install --quiet --no-deps --no-build-isolation -e .
touch "$venv/.ready"
