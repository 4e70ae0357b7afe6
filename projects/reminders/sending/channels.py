"""The two ways out. Both wait a few seconds at most, and say in Chinese why it did not work."""

import json
import smtplib
import urllib.request
from http.client import HTTPException, InvalidURL

from django.conf import settings
from django.core.mail import EmailMessage

from projects.reminders.rules import WECOM_BYTES, Channel, fitting

WAIT_SECONDS = 10


class NotSentError(Exception):
    """Why nothing was sent, in Chinese, without the address: it holds the robot's key."""


def send(channel: str, title: str, text: str) -> None:
    """Raises NotSentError."""
    try:
        if channel == Channel.WECOM:
            _send_to_group(text)
        else:
            _send_mail(title, text)
    except (InvalidURL, ValueError) as error:
        # Its text holds the address.
        raise NotSentError("网址或收件地址写得不对，请系统管理员核对服务器 .env 里的设置。") from error
    except (OSError, HTTPException, smtplib.SMTPException) as error:
        raise NotSentError(_why(error)[:300]) from error


def _why(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"对方邮箱不收这些收件人：{'、'.join(error.recipients)}。请系统管理员核对 DIGEST_TO。"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "邮箱的用户名或密码（授权码）不对，请系统管理员核对 EMAIL_URL。"
    if "timed out" in str(error):
        return f"等了 {WAIT_SECONDS} 秒没有答复，请系统管理员核对网址、端口，以及服务器能不能连到对方。"
    return f"连接不上或对方拒绝：{type(error).__name__} {error}"


def _send_to_group(text: str) -> None:
    body = json.dumps({"msgtype": "text", "text": {"content": fitting(text, WECOM_BYTES)}}).encode()
    request = urllib.request.Request(settings.WECOM_WEBHOOK, body, {"Content-Type": "application/json"})  # noqa: S310 (http or https: env.py)
    with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as answer:  # noqa: S310
        said = answer.read(10_000)
    try:
        told = json.loads(said)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise NotSentError("企业微信的答复看不懂，网址可能填错了。")
    if told.get("errcode") != 0:
        raise NotSentError(f"企业微信没有收下：{told.get('errcode')} {told.get('errmsg', '')}"[:300])


def _send_mail(title: str, text: str) -> None:
    EmailMessage(title, text, to=settings.DIGEST_TO).send()
