"""PROG_TEST_RUN of XDP programs (bpf_prog_test_run_xdp())."""

from __future__ import annotations

import errno

from skep.kernel.call import Call
from skep.kernel.hooks.execute import execute
from skep.kernel.hooks.live_frames import PAGE_HEAD, check_batch, run_live
from skep.kernel.hooks.user_data import ETH_HLEN, PAGE_SIZE, context_in, context_out, data_in, result_out
from skep.kernel.model.packet import XDP_HEADROOM, XDP_TAILROOM, XdpBuff
from skep.kernel.prog import Prog
from skep.uapi import BPF_F_TEST_XDP_LIVE_FRAMES, AttachType
from skep.uapi import attrs as a

_FRAME_SIZE = 40  # struct xdp_frame, which Linux keeps at the start of the headroom
_META_MAX = 255
_MAX_FRAGS = 17


def run_xdp(call: Call[a.ProgTestRun], prog: Prog) -> int:
    attr = call.attr
    if prog.expected_attach_type in (AttachType.XDP_DEVMAP, AttachType.XDP_CPUMAP):
        raise OSError(errno.EINVAL, "programs of devmap and cpumap entries cannot be run on their own")
    if attr.flags & ~BPF_F_TEST_XDP_LIVE_FRAMES:
        raise OSError(errno.EINVAL, "unknown flags")
    live = bool(attr.flags)
    if live:
        check_batch(attr.batch_size)
    elif attr.batch_size:
        raise OSError(errno.EINVAL, "batch_size is for live frames")
    given = context_in(call, a.XdpMd.SIZE)
    md = None if given is None else a.XdpMd.parse(given)
    if live and md and (attr.data_out or attr.ctx_out):
        raise OSError(errno.EINVAL, "live frames leave no context, and with one no packet")
    meta = _check_md(md, attr.data_size_in) if md else 0
    buff = _build(call, md, meta, PAGE_HEAD if live else 0)
    repeat = attr.repeat or 1
    if live:
        outcome = run_live(call.machine, prog, buff.linear, meta, buff.record["ingress_ifindex"], repeat)
    else:
        outcome = execute(call.machine, prog, buff.record.address, buff.regions, repeat=repeat)
    result_out(call, buff.linear, buff.frags, outcome, repeat)
    if md is None:
        return 0
    md.data = buff.record["data"] - buff.record["data_meta"]
    md.data_end = buff.record["data_end"] - buff.record["data_meta"]
    return context_out(call, md.pack())


def _check_md(md: a.XdpMd, size: int) -> int:
    """The metadata's size: data and data_end are offsets from its start."""
    if md.data_meta or md.data_end > size or md.data > md.data_end:
        raise OSError(errno.EINVAL, "data_meta must be 0, and data <= data_end <= data_size_in")
    if md.data % 4 or md.data > min(_META_MAX, XDP_HEADROOM - _FRAME_SIZE):
        raise OSError(errno.EINVAL, f"{md.data} bytes of metadata: must be a multiple of 4, at most 216")
    return md.data


def _build(call: Call[a.ProgTestRun], md: a.XdpMd | None, meta: int, head: int) -> XdpBuff:
    """`head` is what the frame's page loses to the kernel when it is a live one, which has no frags."""
    size = call.attr.data_size_in
    if size - meta < ETH_HLEN:
        raise OSError(errno.EINVAL, f"{size - meta} bytes are no Ethernet frame")
    most = PAGE_SIZE - (XDP_HEADROOM + head - meta) - XDP_TAILROOM
    linear = min(size if md is None else md.data_end, most)
    if size > linear and head:
        raise OSError(errno.EINVAL, f"a live frame has at most {most} bytes")
    frame = data_in(call, linear, most)
    _check_device(call, md)
    if size > linear:
        if size - linear > _MAX_FRAGS * PAGE_SIZE:
            raise OSError(errno.ENOMEM, f"a frame of {size} bytes needs more than {_MAX_FRAGS} frags")
        frame += call.memory.read(call.attr.data_in + linear, size - linear)
    buff = XdpBuff(frame, meta=meta, linear=linear)
    if md is not None and md.ingress_ifindex:
        buff.record["ingress_ifindex"] = md.ingress_ifindex
    return buff


def _check_device(call: Call[a.ProgTestRun], md: a.XdpMd | None) -> None:
    """xdp_convert_md_to_buff(): a device of the machine's network; each has one queue."""
    if md is None:
        return
    if md.egress_ifindex:
        raise OSError(errno.EINVAL, "egress_ifindex cannot be given")
    if not md.ingress_ifindex and md.rx_queue_index:
        raise OSError(errno.EINVAL, "a queue without a device")
    if md.ingress_ifindex and md.ingress_ifindex not in call.machine.net:
        raise OSError(errno.ENODEV, f"there is no device {md.ingress_ifindex}")
    if md.rx_queue_index:
        raise OSError(errno.EINVAL, f"the device has no queue {md.rx_queue_index}")
