#!/usr/bin/env bash
# Record examples/traffic.pcap: real traffic between two network namespaces that this script makes and removes.
# Needs root, iproute2, tcpdump, iputils-ping, ethtool, curl, dig and python3.
#
#   tools/make_capture.sh [OUT.pcap]
#
# What is in it: ARP and neighbour discovery, ping over IPv4 and IPv6, HTTP over IPv4 and IPv6 and inside VLAN 7,
# DNS (A, AAAA, a name that does not exist), a refused TCP connection, UDP to a closed port, fragments, a bulk
# transfer, and probes of a scanner from an address that the blocklist example knows.
set -euo pipefail
out=$(realpath -m "${1:-$(dirname "$0")/../examples/traffic.pcap}")
a=skep-client-$$ b=skep-server-$$
work=$(mktemp -d)
cleanup() {
	kill "${jobs_[@]}" 2>/dev/null || true
	ip netns del "$a" 2>/dev/null || true
	ip netns del "$b" 2>/dev/null || true
	rm -rf "$work"
}
jobs_=()
trap cleanup EXIT

ip netns add "$a" && ip netns add "$b"
ip link add eth0 netns "$a" address 02:00:00:00:00:01 type veth peer name eth0 netns "$b" address 02:00:00:00:00:02
cat > "$work/vlan7.py" <<'PY'
"""A VLAN device for kernels without CONFIG_VLAN_8021Q: a tap whose frames travel over eth0 with tag 7."""
import fcntl, os, select, socket, struct, subprocess, sys
tap = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tap, 0x400454CA, struct.pack("16sH22x", b"vlan7", 0x0002 | 0x1000))  # TUNSETIFF: IFF_TAP | IFF_NO_PI
subprocess.run(f"ip link set vlan7 up && ip addr add {sys.argv[1]} dev vlan7", shell=True, check=True)
wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
wire.bind(("eth0", 3))
wire.setsockopt(263, 8, 1)  # SOL_PACKET, PACKET_AUXDATA: the kernel takes the tag out of the frame and puts it there
while True:
    for ready in select.select([tap, wire], [], [])[0]:
        if ready == tap:
            frame = os.read(tap, 2048)
            wire.send(frame[:12] + bytes.fromhex("81000007") + frame[12:])
        else:
            frame, aux, _, sender = wire.recvmsg(2048, 64)
            if sender[2] != socket.PACKET_OUTGOING and aux and struct.unpack_from("<H", aux[0][2], 16)[0] == 7:
                os.write(tap, frame)
PY
for side in "$a:1" "$b:2"; do
	ns=${side%:*} n=${side#*:}
	ip -n "$ns" link set lo up
	ip netns exec "$ns" sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.eth0.accept_dad=0
	ip netns exec "$ns" ethtool -K eth0 tso off gso off gro off tx off >/dev/null
	ip -n "$ns" link set eth0 up
	ip -n "$ns" addr add "10.0.0.$n/24" dev eth0
	ip -n "$ns" addr add "fd00::$n/64" dev eth0 nodad
	ip netns exec "$ns" python3 "$work/vlan7.py" "10.7.0.$n/24" & jobs_+=($!)
done
ip -n "$a" addr add 10.0.0.66/24 dev eth0   # the scanner

mkdir "$work/www" && head -c 200000 /dev/zero | tr '\0' 'x' > "$work/www/bulk" && echo '<h1>skep</h1>' > "$work/www/index.html"
cat > "$work/dns.py" <<'PY'
"""Answers A and AAAA for anything under example.test, NXDOMAIN for the rest."""
import socket
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.bind(("10.0.0.2", 53))
while True:
    query, peer = sock.recvfrom(512)
    end = query.index(0, 12) + 5
    question, kind = query[12:end], int.from_bytes(query[end - 4:end - 2], "big")
    known = b"\x07example\x04test\x00" in question
    rdata = {1: bytes([10, 0, 0, 2]), 28: socket.inet_pton(socket.AF_INET6, "fd00::2")}.get(kind) if known else None
    answer = b"\xc0\x0c" + kind.to_bytes(2, "big") + b"\x00\x01\x00\x00\x00\x3c" + len(rdata).to_bytes(2, "big") + rdata if rdata else b""
    flags = b"\x85\x80" if known else b"\x85\x83"
    sock.sendto(query[:2] + flags + b"\x00\x01" + (b"\x00\x01" if rdata else b"\x00\x00") + b"\x00" * 4 + question + answer, peer)
PY
in_b() { ip netns exec "$b" "$@" & jobs_+=($!); }
in_a() { ip netns exec "$a" "$@" || true; }
sleep 1
in_b python3 "$work/dns.py"
in_b python3 -m http.server 80 --bind 10.0.0.2 --directory "$work/www" 2>/dev/null >&2
in_b python3 -m http.server 80 --bind fd00::2 --directory "$work/www" 2>/dev/null >&2
in_b python3 -m http.server 80 --bind 10.7.0.2 --directory "$work/www" 2>/dev/null >&2
sleep 1
in_b tcpdump -q -i eth0 -s 0 -w "$work/out.pcap" 2>/dev/null
sleep 1

in_a ping -q -c 5 -i 0.2 10.0.0.2 >/dev/null
in_a ping -q -c 5 -i 0.2 fd00::2 >/dev/null
in_a ping -q -c 2 -i 0.2 -s 3000 10.0.0.2 >/dev/null
in_a dig +short +tries=1 @10.0.0.2 www.example.test A >/dev/null
in_a dig +short +tries=1 @10.0.0.2 www.example.test AAAA >/dev/null
in_a dig +short +tries=1 @10.0.0.2 nowhere.invalid A >/dev/null
in_a curl -s http://10.0.0.2/ -o /dev/null
in_a curl -s http://10.0.0.2/bulk -o /dev/null
in_a curl -s http://10.0.0.2/missing -o /dev/null
in_a curl -s "http://[fd00::2]/" -o /dev/null
in_a curl -s http://10.7.0.2/ -o /dev/null
in_a curl -s --max-time 1 http://10.0.0.2:81/ -o /dev/null
for port in 22 23 25 80 443 3306; do in_a curl -s --interface 10.0.0.66 --max-time 1 "http://10.0.0.2:$port/" -o /dev/null; done
in_a python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); [s.sendto(b"syslog %d" % i, ("10.0.0.2", 514)) for i in range(20)]'
in_a python3 -c 'import socket; s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM); [s.sendto(b"x" * 900, ("fd00::2", 9)) for i in range(10)]'
sleep 1
kill -INT "${jobs_[-1]}"; wait "${jobs_[-1]}" || true
cp "$work/out.pcap" "$out"
echo "$out: $(stat -c %s "$out") bytes"
