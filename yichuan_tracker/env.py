"""What the environment may say. Every variable is read here, once, and is documented in .env.example."""

import datetime
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

# Printable ASCII without a blank: of anything else the sender complains with the address, and so the key, in its words.
WEB_ADDRESS = re.compile(r"https?://[!-~]+")
BASE_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Environment:
    debug: bool
    secret_key: str
    allowed_hosts: list[str]
    database: dict[str, Any]
    data_dir: Path
    https: bool
    demo: bool
    today: datetime.date | None
    # Where the daily digest goes; nothing is sent while both are empty.
    wecom_webhook: str
    mail: dict[str, Any]
    mail_from: str
    digest_to: list[str]


def read_environment() -> Environment:
    """Raises ImproperlyConfigured, naming the variable, when production would start unsafely."""
    env = environ.Env()
    env_file = BASE_DIR / ".env"
    if env_file.exists():
        env.read_env(env_file)

    debug = env.bool("DEBUG", default=False)
    secret_key = env.str("SECRET_KEY", default="")
    if not secret_key:
        if not debug:
            raise ImproperlyConfigured("缺少环境变量 SECRET_KEY：正式运行必须设置（见 .env.example）。")
        secret_key = "development-only"
    data_dir = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
    default_database = f"sqlite:///{data_dir / 'tracker.sqlite3'}"
    today_text = env.str("TRACKER_TODAY", default="")
    demo = env.bool("TRACKER_DEMO", default=False)
    # The demo runs with DEBUG off, so that its error pages are the real ones.
    if today_text and not (debug or demo):
        raise ImproperlyConfigured("TRACKER_TODAY 只用于演示和测试，正式运行（DEBUG=0、TRACKER_DEMO=0）时不得设置。")
    try:
        today = datetime.date.fromisoformat(today_text) if today_text else None
    except ValueError as error:
        raise ImproperlyConfigured(f"TRACKER_TODAY 应写成 2023-07-05 的样子，现在是 {today_text!r}。") from error
    wecom_webhook = env.str("WECOM_WEBHOOK", default="")
    if wecom_webhook and not WEB_ADDRESS.fullmatch(wecom_webhook):
        raise ImproperlyConfigured(
            "WECOM_WEBHOOK 应是企业微信群机器人的完整网址，以 https:// 开头，中间没有空格和汉字（见 .env.example）。"
        )
    return Environment(
        debug=debug,
        secret_key=secret_key,
        allowed_hosts=env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"]),
        database=env.db_url("DATABASE_URL", default=default_database),
        data_dir=data_dir,
        https=env.bool("TRACKER_HTTPS", default=False),
        demo=demo,
        today=today,
        wecom_webhook=wecom_webhook,
        mail=env.email_url("EMAIL_URL") if env.str("EMAIL_URL", default="") else {},
        mail_from=env.str("EMAIL_FROM", default=""),
        digest_to=env.list("DIGEST_TO", default=[]),
    )
