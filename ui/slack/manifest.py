"""The app's manifest: as shipped for Socket Mode, or with the address where Slack calls the relay over HTTP."""

from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import yaml

from ui.slack.errors import SlackError

Manifest = dict[str, Any]


def shipped() -> Manifest:
    """The manifest as it is shipped."""
    read: Manifest = yaml.safe_load(_text())
    return read


def scopes() -> list[str]:
    """The scopes that the bot token needs."""
    return list(shipped()["oauth_config"]["scopes"]["bot"])


def manifest_text(url: str = "") -> str:
    """The manifest as YAML. With the public address of `/slack/events` it is for HTTP. Raises `SlackError`."""
    if not url:
        return _text()
    if urlsplit(url).scheme != "https" or not urlsplit(url).hostname:
        raise SlackError(f"{url!r} is no address that Slack calls: it begins with https://")
    manifest = shipped()
    settings = manifest["settings"]
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"]["request_url"] = url
    settings["interactivity"] |= {"request_url": url, "message_menu_options_url": url}
    for command in manifest["features"]["slash_commands"]:
        command["url"] = url
    return yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=1_000)


def _text() -> str:
    return (files("ui.slack") / "manifest.yaml").read_text(encoding="utf-8")
