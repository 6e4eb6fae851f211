"""Each way of telling news, against the real thing: a server, a process, a device."""

from __future__ import annotations

import contextlib
import http.server
import json
import socket
import sys
import threading
from dataclasses import dataclass, field

import numpy as np
import pytest
from offline_device import OfflineDevices

from rave_gui.audio.news_chime import LEVEL_DB, samples
from rave_gui.backend.notice import ENDED, FAILED, PHASE, Notice
from rave_gui.backend.notify_command import Command, argv_of, command_problem
from rave_gui.backend.notify_desktop import Desktop
from rave_gui.backend.notify_sound import Chime
from rave_gui.backend.notify_webhook import Webhook, url_problem
from rave_gui.core.errors import UserError
from rave_gui.core.process import Completed
from rave_gui.core.settings import Settings

NEWS = Notice(ENDED, "Bells is done", "All 10 steps are done.", "Glass", "Bells", step=10)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@dataclass
class Server:
    """Answers with ``statuses``, one after another, the last one for ever."""

    url: str = ""
    statuses: list[int] = field(default_factory=lambda: [200])
    answer: bytes = b"ok"
    asked: list[tuple[dict, dict]] = field(default_factory=list)
    hang: threading.Event | None = None


@pytest.fixture
def server():
    state = Server()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.asked.append((dict(self.headers), body))
            if state.hang is not None:
                state.hang.wait(10)
            status = state.statuses.pop(0) if len(state.statuses) > 1 else state.statuses[0]
            with contextlib.suppress(OSError):
                self.send_response(status)
                self.send_header("Location", "file:///etc/passwd")
                self.end_headers()
                self.wfile.write(state.answer)

        def log_message(self, *_given):
            pass

    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{httpd.server_address[1]}/hook?key=1"
    thread = threading.Thread(target=httpd.serve_forever, args=(0.02,))
    thread.start()
    yield state
    if state.hang is not None:
        state.hang.set()
    httpd.shutdown()
    thread.join()
    httpd.server_close()


def post(url, pauses=(0.0, 0.0), timeout=5.0, news=NEWS):
    hook = Webhook(timeout, pauses)
    return hook.send(news, Settings(notify_webhook=url), threading.Event())


class TestWebhook:
    def test_it_posts_json_that_chat_programs_show(self, server):
        assert post(server.url).endswith("took it.")
        ((headers, body),) = server.asked
        assert headers["Content-Type"] == "application/json"
        whole = "Bells is done. All 10 steps are done."
        assert body["text"] == body["content"] == body["message"] == whole
        assert (body["title"], body["training"], body["step"]) == ("Bells is done", "Bells", 10)

    def test_a_busy_server_is_asked_again(self, server):
        server.statuses = [500, 429, 204]
        post(server.url)
        assert len(server.asked) == 3

    def test_after_three_tries_it_says_why(self, server):
        server.statuses, server.answer = [500], b"out of order.\n"
        with pytest.raises(
            UserError, match=r"answered 500 \(Internal Server Error\): out of order\."
        ):
            post(server.url)
        assert len(server.asked) == 3

    @pytest.mark.parametrize("status", [400, 403, 404, 410])
    def test_a_refusal_is_final(self, server, status):
        server.statuses, server.answer = [status], b"<html>a whole page</html>"
        with pytest.raises(UserError, match=f"answered {status}") as told:
            post(server.url)
        assert "html" not in told.value.what
        assert len(server.asked) == 1

    @pytest.mark.parametrize("status", [301, 302, 307])
    def test_nothing_is_posted_on_to_wherever_it_points(self, server, status):
        server.statuses = [status]
        with pytest.raises(UserError, match="sends on to another address"):
            post(server.url)
        assert len(server.asked) == 1

    def test_a_server_that_hangs_is_left(self, server):
        server.hang = threading.Event()
        with pytest.raises(UserError, match=r"did not answer within 0\.2 seconds"):
            post(server.url, timeout=0.2)
        assert len(server.asked) == 3

    def test_a_refused_port(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # not listening
            with pytest.raises(UserError, match="cannot be reached") as told:
                post(f"http://127.0.0.1:{taken.getsockname()[1]}/secret")
        assert "secret" not in str(told.value), "a webhook's path is as good as a password"

    def test_a_test_is_tried_once_and_a_farewell_ends_the_tries(self, server):
        server.statuses = [500]
        news = Notice("test", "t", "x")
        with pytest.raises(UserError):
            post(server.url, pauses=(60.0, 60.0), news=news)
        leaving = threading.Event()
        leaving.set()
        with pytest.raises(UserError):
            Webhook(5.0, (60.0, 60.0)).send(NEWS, Settings(notify_webhook=server.url), leaving)
        assert len(server.asked) == 2

    @pytest.mark.parametrize(
        "url",
        [
            "ftp://host/x", "file:///etc/passwd", "host/path", "https://", "https://a b/c",
            "https://host:port/", "https://me:secret@host/", "https://höst/", "http://[::1/",
            "https://host:99999/", "javascript:alert(1)", "https://host/\n",
        ],
    )  # fmt: skip
    def test_what_is_no_address(self, url):
        assert url_problem(url).endswith(".")
        with pytest.raises(UserError):
            post(url + "x" if url.endswith("\n") else url)

    def test_what_is_one(self):
        for url in ("https://hooks.slack.com/services/T0/B0/x", "http://[::1]:8080/x?y=z#t"):
            assert url_problem(url) == ""


def run(line, timeout=20.0, cancel=None):
    command = Command(timeout)
    return command.send(NEWS, Settings(notify_command=line), cancel or threading.Event())


def python(code):
    return f"'{sys.executable}' -I -S -c '{code}'"


class TestCommand:
    def test_it_gets_the_facts_as_variables_and_as_json(self, tmp_path):
        path = tmp_path / "told"
        code = (
            "import os, sys, json; facts = json.load(sys.stdin); "
            f'open("{path}", "w").write(os.environ["RAVE_GUI_TITLE"] + "|" + facts["text"])'
        )
        assert run(python(code)).endswith("ran and ended well.")
        assert path.read_text() == "Bells is done|All 10 steps are done."

    def test_no_shell_is_in_between(self, tmp_path):
        path = tmp_path / "args"
        code = f'import sys; open("{path}", "w").write("|".join(sys.argv[1:]))'
        run(python(code) + " '$HOME; ls' *.txt")
        assert path.read_text() == "$HOME; ls|*.txt"

    def test_a_failure_is_told_with_its_last_line(self):
        with pytest.raises(UserError, match=r"ended with code 3: no such room"):
            run(python('import sys; print("no such room", file=sys.stderr); sys.exit(3)'))

    def test_one_that_goes_on_too_long_is_killed_with_its_children(self):
        code = (
            "import subprocess, sys; "
            'subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).wait()'
        )
        with pytest.raises(UserError, match="did not answer within"):
            run(python(code), timeout=0.5)

    def test_it_is_ended_when_the_application_leaves(self):
        leaving = threading.Event()
        leaving.set()
        with pytest.raises(UserError, match="not waited for"):
            run(python("import time; time.sleep(60)"), cancel=leaving)

    def test_a_program_that_does_not_read_is_no_failure(self):
        assert run(python("pass"))

    @pytest.mark.parametrize("line", ["", "  ", "say 'it", "no-such-program-at-all now"])
    def test_what_cannot_be_run(self, line):
        assert command_problem(line).endswith(".")
        with pytest.raises(UserError):
            run(line)

    def test_a_home_is_found(self, monkeypatch, tmp_path):
        monkeypatch.setenv("HOME", str(tmp_path))
        assert argv_of("~/bin/tell a~b '~/x y'") == [
            f"{tmp_path}/bin/tell", "a~b", f"{tmp_path}/x y",
        ]  # fmt: skip


def desktop(platform="linux", which=lambda name: f"/bin/{name}", **environment):
    return Desktop(platform, environment or {"DISPLAY": ":0"}, which)


class TestDesktop:
    @pytest.fixture
    def ran(self, monkeypatch):
        calls = []

        def run(argv, **_options):
            calls.append(argv)
            return Completed(0, "", "")

        monkeypatch.setattr("rave_gui.backend.notify_desktop.run_captured", run)
        return calls

    def send(self, one, news=NEWS):
        return one.send(news, Settings(), threading.Event())

    def test_linux(self, ran):
        news = Notice(FAILED, "-x <b>", "a < b & c")
        assert self.send(desktop(), news)
        assert ran == [
            ["notify-send", "--app-name=RAVE GUI", "--urgency=critical", "--", "-x <b>",
             "a &lt; b &amp; c"]
        ]  # fmt: skip

    def test_a_mac_gets_words_as_arguments_never_as_a_script(self, ran):
        self.send(desktop("darwin"), Notice(ENDED, 'x" & (do shell script "ls")', "y"))
        (argv,) = ran
        assert argv[0] == "osascript"
        assert argv[-3:] == ["--", 'x" & (do shell script "ls")', "y"]

    @pytest.mark.parametrize(
        ("one", "words"),
        [
            (desktop(which=lambda name: None), "notify-send, which shows messages, is missing"),
            (desktop(LANG="C"), "no desktop"),
            (desktop(DISPLAY=":0", QT_QPA_PLATFORM="offscreen"), "no screen"),
            (desktop("win32"), "Without an open window"),
        ],
    )
    def test_where_nothing_can_be_shown_it_says_why(self, ran, one, words):
        assert not one.reaches()
        with pytest.raises(UserError, match=words) as told:
            self.send(one)
        assert told.value.remedy
        assert not ran

    def test_a_window_shows_it_itself(self, ran):
        shown = []
        one = desktop("win32")
        one.show = shown.append
        assert one.reaches()
        self.send(one)
        assert shown == [NEWS]
        assert not ran


class TestChime:
    def sounded(self, event, **settings):
        devices, asked = OfflineDevices(channels=settings.pop("channels", 2)), []
        news = Notice(event, "t", "x")

        def play():
            asked.append(Chime(devices).send(news, Settings(**settings), threading.Event()))

        thread = threading.Thread(target=play)
        thread.start()
        heard = []
        while thread.is_alive():
            if devices.opened and devices.last.fill is not None:
                heard.append(devices.last.ask(4800))
            thread.join(0.001)
        assert devices.last.closed
        assert asked == ["The chime was played."]
        return devices, np.concatenate(heard)

    @pytest.mark.parametrize("channels", [1, 2])
    def test_two_notes_are_heard_through_the_chosen_device(self, channels):
        devices, heard = self.sounded(ENDED, sound_device="Headphones", channels=channels)
        assert devices.last.name == "Headphones"
        assert devices.looks == 0, "that would end what another one plays"
        assert heard.shape[1] == channels
        assert 0.05 < abs(heard).max() <= 10 ** (LEVEL_DB / 20) + 1e-6
        assert not heard[-1].any(), "it ends in silence"

    def test_good_news_rises_and_bad_news_falls(self):
        def order(event):
            heard = self.sounded(event)[1][:, 0]
            first, second = heard[1000:7000], heard[9000:15000]
            return np.argmax(abs(np.fft.rfft(second))) - np.argmax(abs(np.fft.rfft(first)))

        assert order(ENDED) > 0 > order(FAILED)
        assert order(PHASE) == 0

    def test_without_a_device_it_says_so(self):
        chime = Chime(OfflineDevices())
        with pytest.raises(UserError, match="not connected"):
            chime.send(NEWS, Settings(sound_device="Interface"), threading.Event())

    def test_it_begins_and_ends_softly(self):
        data = samples((587.33, 880.0), 44100)
        assert data.dtype == np.float32
        assert abs(data[[0, -1]]).max() < 1e-3
        assert len(data) < 44100, "short"
