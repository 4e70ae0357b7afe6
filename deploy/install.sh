#!/bin/sh
# Installs or upgrades from the offline package: no network, no Node. Run in the unpacked folder, as the account that will serve.
set -eu
cd "$(dirname "$0")/.."

if [ ! -d wheelhouse ] || [ ! -d var/bundle ]; then
  echo "这里不是离线安装包（缺少 wheelhouse 或 var/bundle）。请先在有网络的机器上执行 python3 dev.py bundle。" >&2
  exit 1
fi
if ! python3 -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then
  echo "安装包是为 Python 3.11 做的，本机是 $(python3 --version 2>&1)。" >&2
  exit 1
fi
if ! python3 -c 'import ensurepip' 2>/dev/null; then
  echo "请先从系统安装光盘或本地软件源安装 python3-venv。" >&2
  exit 1
fi

[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -m pip install -q --disable-pip-version-check --no-index --find-links wheelhouse \
  --no-deps --require-hashes -r requirements/run.txt

if [ ! -f .env ]; then
  key=$(python3 -c 'import secrets; print(secrets.token_urlsafe(50))')
  (umask 077; sed "s|^SECRET_KEY=.*|SECRET_KEY=$key|" .env.example > .env)
  echo "已生成 .env（随机密钥）。请填写其中的 ALLOWED_HOSTS、DATA_DIR、DATABASE_URL、TRACKER_HTTPS，然后再执行一次 sh deploy/install.sh。"
  exit 0
fi

.venv/bin/python manage.py migrate --verbosity 0
.venv/bin/python manage.py load_reference
.venv/bin/python manage.py collectstatic --no-input --verbosity 0
.venv/bin/python manage.py check --fail-level ERROR
echo "安装完成。接着按 docs/deployment.md 启动服务。"
