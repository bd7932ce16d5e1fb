"""What people are told, by which channel, and what is never in a message."""

import json
import smtplib
import socketserver
import stat
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import polars as pl
import pytest

from pipelines.intake.problems import FINDINGS
from pipelines.job import BuildResult
from pipelines.landing.returns import Returns
from pipelines.notifications import of_builds, seam
from pipelines.notifications.event import Event
from pipelines.notifications.of_returns import overdue
from pipelines.notifications.seam import FILE, notify, notify_once
from pipelines.outcome import Outcome
from pipelines.releases.checks import Check
from pipelines.workspace import EmailSettings, Notify, WebhookSettings, Workspace, WorkspaceError, open_workspace

FAILED = Event("build_failed", "The build failed: 1 blocking checks", {"rates_within_parts": "3 failing"}, "Look.")
A_CHILD = "Quoandor 17 children"


def lines(workspace: Workspace) -> list[dict]:
    return [json.loads(line) for line in (workspace.warehouse / FILE).read_text(encoding="utf-8").splitlines()]


def workspace_with(tmp_path: Path, **settings) -> Workspace:
    return Workspace(tmp_path / "landing", tmp_path / "warehouse", notify=Notify(**settings))


def test_every_event_stands_in_the_file_which_only_its_owner_may_read(tmp_path):
    workspace = workspace_with(tmp_path, events=())
    notify(workspace, FAILED)
    notify(workspace, of_builds.done("2026.1", []))
    assert [line["kind"] for line in lines(workspace)] == ["build_failed", "build_done"]
    assert stat.S_IMODE((workspace.warehouse / FILE).stat().st_mode) == 0o600


def test_what_is_looked_at_every_day_is_told_once_for_each_change(tmp_path):
    workspace = workspace_with(tmp_path)
    first = overdue({"yjb__kpi_2_ete": Returns(155, [{"area_name": "A"}], [])})
    for event in (first, first, overdue({"yjb__kpi_2_ete": Returns(155, [{}, {}], [])})):
        notify_once(workspace, event)
    assert [line["title"] for line in lines(workspace)] == ["1 returns are overdue", "2 returns are overdue"]
    assert overdue({"yjb__kpi_2_ete": Returns(155, [], [])}) is None


@pytest.fixture
def webhook():
    """A web server on loopback and what was posted to it."""
    posted = []

    class Post(BaseHTTPRequestHandler):
        def do_POST(self):
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(500 if self.path == "/broken" else 204)
            self.end_headers()

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Post) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", posted
        server.shutdown()


def test_a_webhook_gets_what_happened_and_its_address_is_in_no_file(tmp_path, webhook, monkeypatch):
    url, posted = webhook
    monkeypatch.setenv("CHAT", f"{url}/secret-token")
    workspace = workspace_with(tmp_path, webhook=WebhookSettings(url_env="CHAT"))
    assert notify(workspace, FAILED) == []
    notify(workspace, of_builds.done("2026.1", []))  # not one of the events that leave
    assert [post["kind"] for post in posted] == ["build_failed"]
    assert posted[0]["text"].splitlines() == [FAILED.title, "  rates within parts: 3 failing", "Look."]
    assert "secret-token" not in (workspace.warehouse / FILE).read_text()
    assert [line["sent"] for line in lines(workspace)] == [["webhook"], []]


def test_a_channel_that_fails_is_noted_and_nothing_stops(tmp_path, webhook, monkeypatch):
    url, _ = webhook
    workspace = workspace_with(
        tmp_path,
        webhook=WebhookSettings(url_env="CHAT"),
        email=EmailSettings(host="127.0.0.1", port=1, sender="a@b.example", to=("c@d.example",)),
    )
    monkeypatch.delenv("CHAT", raising=False)
    notify(workspace, FAILED)
    monkeypatch.setenv("CHAT", f"{url}/broken")
    notify(workspace, FAILED)
    monkeypatch.setenv("CHAT", "file:///etc/passwd")
    notify(workspace, FAILED)
    said = [line["failed"] for line in lines(workspace)]
    assert said[0] == {"email": "ConnectionRefusedError", "webhook": "the environment variable CHAT is not set"}
    assert said[1]["webhook"] == "HTTPError"
    assert "holds no address" in said[2]["webhook"]


class Relay(socketserver.StreamRequestHandler):
    """As much of SMTP as a message needs."""

    def handle(self):
        self.wfile.write(b"220 relay\r\n")
        while line := self.rfile.readline().decode().strip().upper():
            if line.startswith("DATA"):
                self.wfile.write(b"354 go on\r\n")
                body = []
                while (part := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                    body.append(part)
                self.server.messages.append("\n".join(body))
            self.wfile.write(b"221 bye\r\n" if line.startswith("QUIT") else b"250 ok\r\n")
            if line.startswith("QUIT"):
                return


def test_mail_goes_through_the_relay_as_plain_text(tmp_path):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Relay) as relay:
        relay.messages = []
        threading.Thread(target=relay.serve_forever, daemon=True).start()
        settings = EmailSettings(
            host="127.0.0.1", port=relay.server_address[1], starttls=False, sender="dovetail@council.example",
            to=("team@council.example",),
        )  # fmt: skip
        assert notify(workspace_with(tmp_path, email=settings), FAILED) == []
        relay.shutdown()
    (message,) = relay.messages
    assert "Subject: Dovetail: The build failed: 1 blocking checks" in message
    assert "rates within parts: 3 failing" in message


def test_a_password_is_never_sent_over_a_line_that_is_not_encrypted(tmp_path, monkeypatch):
    """The relay above offers no STARTTLS: with it asked for, nothing is sent."""
    monkeypatch.setenv("MAIL", "secret")
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Relay) as relay:
        relay.messages = []
        threading.Thread(target=relay.serve_forever, daemon=True).start()
        settings = EmailSettings(
            host="127.0.0.1", port=relay.server_address[1], sender="a@b.example", to=("c@d.example",), user="u",
            password_env="MAIL",
        )  # fmt: skip
        (failed,) = notify(workspace_with(tmp_path, email=settings), FAILED)
        relay.shutdown()
    assert failed == f"email: {smtplib.SMTPNotSupportedError.__name__}"
    assert relay.messages == []


def test_no_row_value_is_in_any_message(tmp_path):
    finding = dict.fromkeys(FINDINGS) | {
        "severity": "refuse", "rule": "value_not_numeric", "value": A_CHILD, "reason": A_CHILD, "cells": 1,
    }  # fmt: skip
    refused = Outcome(
        tmp_path / "return.csv", "refused", "yjb__kpi_2_ete", A_CHILD, places_aside=1,
        findings=pl.DataFrame([finding], schema=FINDINGS),
    )  # fmt: skip
    check = Check("rates_within_parts", "dbt", "release", "Rates", True, "fail", 3, (A_CHILD,), A_CHILD)
    result = BuildResult(None, False, None, [refused], [check], failures=[A_CHILD])
    workspace = workspace_with(tmp_path)
    told = list(of_builds.events_of(result, [f"dbt_models: {A_CHILD}"]))
    assert [event.kind for event in told] == ["deliveries_refused", "build_failed"]
    for event in [*told, overdue({"d": Returns(2, [{"area_name": A_CHILD}], [])})]:
        notify(workspace, event)
    assert A_CHILD not in (workspace.warehouse / FILE).read_text()
    assert lines(workspace)[0]["facts"] == {"return.csv": "value_not_numeric 1"}


def test_a_refused_file_is_told_by_its_rule_and_a_failure_without_checks_by_its_step():
    assert of_builds.refused([]) is None
    assert of_builds.failed([], ["dbt_models: OSError"]).facts == {"step_1": "dbt_models: OSError"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[notify]\nevents = ["everything"]', "notify.events.0"),
        ('[notify.email]\nhost = "h"\nsender = "s"\nto = []', "notify.email.to"),
        ('[notify.email]\nhost = "h"\nsender = "s"\nto = ["t"]\npassword = "p"', "notify.email.password"),
        ('[notify.webhook]\nurl = "https://hooks.example/secret"', "notify.webhook.url"),
        ('[dagster]\nstorage = "oracle"', "dagster.storage"),
        ('[approval]\nrequired = "perhaps"', "approval.required"),
    ],
)
def test_a_wrong_setting_is_named_and_a_secret_has_no_place_in_the_file(text, named, tmp_path):
    (tmp_path / "dovetail.toml").write_text(f'[folders]\nlanding = "l"\nwarehouse = "w"\n{text}\n')
    with pytest.raises(WorkspaceError, match=named):
        open_workspace(start=tmp_path)


def test_the_log_is_told_too(tmp_path, caplog):
    with caplog.at_level("INFO", logger=seam._log.name):
        notify(workspace_with(tmp_path), FAILED)
    assert "rates within parts: 3 failing" in caplog.text
