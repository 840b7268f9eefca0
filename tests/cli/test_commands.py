"""The command as a person uses it: a process, its output, its exit status; never a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
CAPTURE = str(EXAMPLES / "traffic.pcap")


def skep(*words: str, stdin: str = "", check: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the command; the exit status must be `check`."""
    done = subprocess.run(
        [sys.executable, "-m", "skep", *words], input=stdin, capture_output=True, text=True, env=os.environ
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == check, done.stderr + done.stdout
    return done


def test_help_names_every_command() -> None:
    text = skep("--help").stdout
    assert all(f"    {name}" in text for name in ("run", "verify", "asm", "disasm", "vm"))


def test_run_counts_verdicts_and_prints_maps() -> None:
    result = json.loads(skep("run", str(EXAMPLES / "xdp_count.bpf.c"), "--pcap", CAPTURE, "--json").stdout)
    assert result["program"] == "simple"
    assert result["verdicts"] == {"XDP_PASS": result["packets"]}
    assert result["maps"]["woo"][0] == {"key": 0, "value": result["packets"]}
    text = skep("run", str(EXAMPLES / "xdp_count.bpf.c"), "--pcap", CAPTURE).stdout
    assert "XDP_PASS" in text
    assert f'{{"key": 0, "value": {result["packets"]}}}' in text


def test_run_writes_the_packets_that_go_on(tmp_path: Path) -> None:
    from skep.traffic.capture import read_capture

    out = tmp_path / "out.pcap"
    words = [
        "--set",
        "closed_port=514",
        "--update",
        "blocklist key 10 0 0 66 value 0 0 0 0 0 0 0 0",
        "--json",
    ]
    command = ["run", str(EXAMPLES / "xdp_blocklist.bpf.c"), "--pcap", CAPTURE, "--write", str(out), *words]
    result = json.loads(skep(*command).stdout)
    assert result["dropped"] == result["verdicts"]["XDP_DROP"] > 0
    assert len(read_capture(out).packets) == result["packets"] - result["dropped"]
    assert result["maps"]["blocklist"][0]["value"] > 0


def test_run_with_either_engine_says_the_same() -> None:
    command = ["run", str(EXAMPLES / "xdp_balancer.bpf.c"), "--pcap", CAPTURE, "--json", "--engine"]
    jit, interp = (json.loads(skep(*command, engine).stdout) for engine in ("jit", "interp"))
    for timed in ("seconds", "packets_per_second"):
        del jit[timed], interp[timed]
    assert jit == interp


def test_verify_gives_the_documented_fields() -> None:
    rows = json.loads(skep("verify", str(EXAMPLES / "tc_flows.bpf.c"), "--json", "--log-level", "2").stdout)
    (row,) = rows
    assert row["errno"] == 0
    assert row["log"].startswith("func#0 @0")
    for field in ("insns_processed", "total_states", "peak_states", "xlated_insns"):
        assert row[field] > 0
    assert row["stack_depth"]
    assert row["verification_time_us"] >= 0


def test_verify_of_a_refused_program_says_why_and_fails(tmp_path: Path) -> None:
    source = tmp_path / "bad.bpf.c"
    source.write_text(
        '#include "vmlinux.h"\n#include <bpf/bpf_helpers.h>\n'
        'SEC("xdp") int bad(struct xdp_md *ctx) { return *(int *)(long)ctx->data; }\n'
        'char LICENSE[] SEC("license") = "GPL";\n'
    )
    text = skep("verify", str(source), check=1).stdout
    assert "bad (xdp): rejected with EACCES" in text
    assert "invalid access to packet" in text
    refused = skep("run", str(source), "--pcap", CAPTURE, check=1)
    assert "invalid access to packet" in refused.stderr


def test_asm_and_disasm_are_inverse() -> None:
    text = "r0 = *(u8 *)(r1 + 1)\nif r0 == 3 goto +1\nr0 = 7\nexit\n"
    code = skep("asm", stdin=text).stdout
    listing = skep("disasm", "-", "--syntax", "llvm", stdin=code).stdout
    assert skep("asm", stdin=listing).stdout == code
    assert "0: (71) r0 = *(u8 *)(r1 +1)" in skep("disasm", "-", stdin=code).stdout


@pytest.mark.parametrize("engine", ["jit", "interp"])
def test_vm_runs_a_stream_on_a_memory_block(engine: str) -> None:
    code = skep("asm", stdin="r0 = *(u16 *)(r1 + 1)\nr0 += r2\nexit\n").stdout
    assert skep("vm", "aa bb cc", "--engine", engine, stdin=code).stdout == "ccbe\n"


def test_disasm_names_helpers() -> None:
    text = skep("disasm", str(EXAMPLES / "xdp_count.bpf.c")).stdout
    assert text.startswith("simple (xdp):\n0: (85) call bpf_get_smp_processor_id#8\n")


BAD_CALLS = [
    pytest.param(["verify", "nowhere.o"], "nowhere.o: No such file", id="a missing object"),
    pytest.param(["verify", "README.md.o"], "README.md.o: No such file", id="a missing file of odd name"),
    pytest.param(
        ["run", "X", "--pcap", "nowhere.pcap"], "nowhere.pcap: No such file", id="a missing capture"
    ),
    pytest.param(["run", "X", "--pcap", "README.md"], "not a pcap or pcapng", id="a capture that is none"),
    pytest.param(
        ["run", "X", "--pcap", "P", "--program", "no"], "no program 'no'; it has: firewall", id="no program"
    ),
    pytest.param(["run", "X", "--pcap", "P", "--set", "no=1"], "no", id="a global that is not there"),
    pytest.param(
        ["run", "X", "--pcap", "P", "--set", "closed_port"], "write NAME=VALUE", id="a set without value"
    ),
    pytest.param(["run", "X", "--pcap", "P", "--set", "closed_port=x"], "no number", id="a set of no number"),
    pytest.param(
        ["run", "X", "--pcap", "P", "--update", "no key 1 value 2"],
        "no map 'no'; there are: blocklist",
        id="an update of no map",
    ),
    pytest.param(
        ["run", "X", "--pcap", "P", "--update", "blocklist key 1 value 2"],
        "1 bytes of key, the map has 4",
        id="an update with a short key",
    ),
    pytest.param(
        ["run", "X", "--pcap", "P", "--write", "/no/where"], "/no/where: No such file", id="no place to write"
    ),
    pytest.param(["vm", "zz"], "the memory block is not hex", id="memory that is not hex"),
    pytest.param(["asm"], "line 1", id="assembly that is none"),
    pytest.param(["disasm", "-"], "not hex", id="bytecode that is not hex"),
]


@pytest.mark.parametrize(("words", "message"), BAD_CALLS)
def test_bad_input_gives_one_clear_message(
    words: list[str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    names = {"X": str(EXAMPLES / "xdp_blocklist.bpf.c"), "P": CAPTURE}
    stdin = "what is this" if words[0] in ("asm", "disasm") else "9500000000000000"
    error = skep(*[names.get(word, word) for word in words], stdin=stdin, check=1).stderr
    assert error.startswith("Error: ")
    assert message in error
    assert error.count("\n") == 1
    as_json = skep(
        words[0], "-j", *[names.get(word, word) for word in words[1:]], stdin=stdin, check=1
    ).stdout
    assert message in json.loads(as_json)["error"]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda raw: raw[: len(raw) // 2], id="cut in the middle"),
        pytest.param(lambda raw: raw[:10], id="cut in the header"),
        pytest.param(lambda raw: raw[:18] + b"\x3e\x00" + raw[20:], id="of another machine"),
        pytest.param(lambda raw: b"", id="empty"),
    ],
)
def test_a_damaged_object_gives_one_clear_message(tmp_path: Path, damage: object) -> None:
    from skep.cc import compile

    assert callable(damage)
    path = tmp_path / "damaged.o"
    path.write_bytes(damage(compile(EXAMPLES / "xdp_count.bpf.c")))
    error = skep("verify", str(path), check=1).stderr
    assert error.startswith("Error: ")
    assert "damaged.o" in error


def test_a_compile_error_shows_the_compilers_words(tmp_path: Path) -> None:
    source = tmp_path / "broken.bpf.c"
    source.write_text("int f( {\n")
    error = skep("verify", str(source), check=1).stderr
    assert "broken.bpf.c:1" in error


def test_without_a_compiler_the_message_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['ziglang'] = None\n"
        "import skep.cli.main as m; raise SystemExit(m.main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "verify", str(EXAMPLES / "xdp_count.bpf.c")],
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": str(tmp_path), "SKEP_CLANG": ""},
    )
    assert done.returncode == 1
    assert "pip install" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = f"{sys.executable} -m skep disasm {EXAMPLES / 'xdp_balancer.bpf.c'} | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    assert "Error" not in done.stderr
