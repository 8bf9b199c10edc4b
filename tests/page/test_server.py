import http.client
import json
import os
import platform
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.base.errors import UsageError, WorkFailed
from rag.page.server import checked_login, checked_port, start
from tests.conftest import ROOT
from tests.page.conftest import free_port
from tests.page.scripted import ScriptedLibrary


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_on_this_machine_alone_no_password_is_needed():
    assert checked_login("127.0.0.1", None) is None
    assert checked_login("127.0.0.1", "ada:secret") == ("ada", "secret")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "example.org", ""])
def test_listening_to_others_needs_a_password(host: str):
    with pytest.raises(UsageError, match="--auth NAME:PASSWORD"):
        checked_login(host, None)
    assert checked_login(host, "ada:se:cret") == ("ada", "se:cret")


@pytest.mark.parametrize("auth", ["", "ada", "ada:", ":secret"])
def test_an_ill_formed_login_is_refused(auth: str):
    with pytest.raises(UsageError, match="NAME:PASSWORD"):
        checked_login("0.0.0.0", auth)


def test_a_taken_port_names_a_free_one(taken: int):
    with pytest.raises(WorkFailed, match=rf"Port {taken} is taken .* Port \d+ is free: add --port \d+"):
        checked_port("127.0.0.1", taken)


def test_a_port_out_of_range_is_refused():
    with pytest.raises(UsageError, match="between 1 and 65535"):
        checked_port("127.0.0.1", 70000)


def test_with_a_password_strangers_stay_outside(library: ScriptedLibrary):
    blocks, url = start(library, port=free_port(), auth="ada:secret")  # type: ignore[arg-type]
    try:
        for place in ("/config", "/gradio_api/info", "/gradio_api/queue/data?session_hash=x"):
            with pytest.raises(urllib.error.HTTPError, match="401"):
                urllib.request.urlopen(url + place)
    finally:
        blocks.close(verbose=False)


def test_a_proxy_in_the_environment_does_not_hinder_it(library: ScriptedLibrary, monkeypatch: pytest.MonkeyPatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "example.org")
    monkeypatch.setenv("no_proxy", "example.org")
    blocks, _ = start(library, port=free_port())  # type: ignore[arg-type]
    blocks.close(verbose=False)
    assert os.environ["NO_PROXY"].startswith("example.org,")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:9000", "Origin": "http://localhost:9000"}, 200),
        ({"Host": "rebound.example"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "http://127.0.0.1.elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_the_page_of_another_site_gets_nothing(address: str, headers: dict[str, str], status: int):
    for path in ("/config", "/gradio_api/info"):
        asked = http.client.HTTPConnection(address.removeprefix("http://"))
        asked.request("GET", path, headers=headers)
        assert asked.getresponse().status == status
        asked.close()


def test_the_parameters_of_the_page_s_api_have_names(address: str):
    with urllib.request.urlopen(f"{address}/gradio_api/info") as reply:
        told = json.load(reply)["named_endpoints"]["/ask"]
    names = [parameter["parameter_name"] for parameter in told["parameters"]]
    assert names == ["question", "reader", "evidence_tokens", "since", "until"]
    assert "Answer" in [value["label"] for value in told["returns"]]


@pytest.mark.parametrize(
    "path", ["/gradio_api/file=https://evil.example/x", "/gradio_api/proxy=https://evil.example/x"]
)
def test_the_page_leads_nobody_elsewhere(address: str, path: str):
    with pytest.raises(urllib.error.HTTPError, match=r"40[03]"):
        urllib.request.urlopen(address + path)


def test_an_upload_that_is_too_large_is_refused(address: str):
    border = "b" * 16
    head = f'--{border}\r\nContent-Disposition: form-data; name="files"; filename="big.txt"\r\n\r\n'
    body = head.encode() + b"x" * 21_000_000 + f"\r\n--{border}--\r\n".encode()
    request = urllib.request.Request(
        f"{address}/gradio_api/upload", body, {"Content-Type": f"multipart/form-data; boundary={border}"}
    )
    with pytest.raises(urllib.error.HTTPError, match="413"):
        urllib.request.urlopen(request)


def test_a_machine_that_is_slow_to_answer_itself_opens_the_page_all_the_same(
    library: ScriptedLibrary, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("gradio.networking.url_ok", lambda _: False)  # what Gradio finds after three seconds
    page, address = start(library, port=free_port())
    try:
        with urllib.request.urlopen(address, timeout=60) as reply:
            assert b"Abstract QA" in reply.read()
    finally:
        page.close(verbose=False)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps a heap for each thread")
def test_many_threads_share_few_heaps(tmp_path: Path):
    told = tmp_path / "heaps.xml"
    code = f"""
import ctypes, threading
from rag.page.server import spare_memory
spare_memory()
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
libc.malloc_info.argtypes, libc.fclose.argtypes = (ctypes.c_int, ctypes.c_void_p), (ctypes.c_void_p,)
together = threading.Barrier(16)
def work():
    together.wait()
    libc.malloc(1000)
    together.wait()
threads = [threading.Thread(target=work) for _ in range(16)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
file = libc.fopen({str(told).encode()!r}, b"w")
libc.malloc_info(0, file)
libc.fclose(file)
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    assert told.read_text().count("<heap ") <= 2
