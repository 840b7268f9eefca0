"""Which stack slots may still be read: a slot that no later instruction reads need not be compared between
states.

Linux 6.18 answers this without regard to the path, but per chain of calls. While instructions are verified,
each one's reads (`bpf_mark_stack_read`) and certain writes (`bpf_mark_stack_write`) of slots are collected
per (chain of call sites, instruction); several visits join reads and intersect writes. When a path ends, a
fixed point per function gives for each instruction:

    live_before = (union of the successors' live_before) - must_write + may_read

and, so that a call counts as writing what the callee always writes in its caller's frames:

    must_write_acc = (intersection of the successors' must_write_acc) + must_write

A function's results at its entry go to the call instruction in the instance of its caller. Marks only ever
grow (reads) or shrink (writes), so this may be repeated at any time.

For the checks of memory accesses: `bpf_mark_stack_read(env, frameno, insn_idx, mask)` for every slot read, as
soon as it is read; `bpf_mark_stack_write(env, frameno, mask)` for slots that the current instruction
overwrites whole, for certain.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Final

from skep.kernel.verifier.env import Env, verbose
from skep.kernel.verifier.log import BPF_LOG_LEVEL2
from skep.kernel.verifier.log_state import fmt_stack_mask
from skep.kernel.verifier.stack_masks import Flow, FrameMasks, FuncInstance, StackLiveness
from skep.kernel.verifier.state import MAX_CALL_FRAMES, VerifierState
from skep.kernel.verifier.subprog_split import find_containing_subprog

_ALL: Final = (1 << 64) - 1


def _flow(env: Env, start: int) -> Flow:
    """The control flow of the function that starts there."""
    flows = env.liveness.flows
    found = flows.get(start)
    if found is None:
        subprog = find_containing_subprog(env, start)
        info, following = env.subprog_info[subprog], env.subprog_info[subprog + 1]
        order = [index - start for index in env.postorder[info.postorder_start : following.postorder_start]]
        successors = [
            tuple([index - start for index in row]) for row in env.successors[start : following.start]
        ]
        found = flows[start] = Flow(order, successors)
    return found


def _instance(env: Env, callsites: tuple[int, ...], sp_starts: tuple[int, ...]) -> FuncInstance:
    liveness = env.liveness
    found = liveness.instances.get(callsites)
    if found is None:
        flow = _flow(env, sp_starts[-1])
        found = liveness.instances[callsites] = FuncInstance(callsites, sp_starts, flow)
    return found


def _lookup_instance(env: Env, state: VerifierState, frameno: int) -> FuncInstance:
    """The instance for the state's chain of calls up to this frame: call sites, then the function's start."""
    func = state.frame[frameno]
    if func.instance is None:
        starts = [env.subprog_info[state.frame[i].subprogno].start for i in range(frameno + 1)]
        sites = [state.frame[i + 1].callsite for i in range(frameno)]
        sites.append(starts[frameno])
        func.instance = _instance(env, tuple(sites), tuple(starts))
    return func.instance


def bpf_reset_live_stack_callchain(env: Env) -> None:
    """The chain of calls has changed."""
    env.liveness.cur_instance = None


def _cur_instance(env: Env) -> FuncInstance:
    instance = env.liveness.cur_instance
    if instance is None:
        instance = _lookup_instance(env, env.cur_state, env.cur_state.curframe)
        env.liveness.cur_instance = instance
    return instance


def _mark_read(instance: FuncInstance, frame: int, insn_idx: int, mask: int) -> None:
    masks = instance.masks(frame)
    index = insn_idx - instance.start
    old = masks.may_read[index]
    new = old | mask
    if new != old:
        masks.may_read[index] = new
        masks.enqueue(instance.flow.position[index])
        live = masks.live_before[index]
        if new | live != live:
            instance.updated = True


def bpf_mark_stack_read(env: Env, frameno: int, insn_idx: int, mask: int) -> None:
    _mark_read(_cur_instance(env), frameno, insn_idx, mask)


def bpf_mark_stack_write(env: Env, frameno: int, mask: int) -> None:
    env.liveness.write_masks_acc[frameno] |= mask
    env.liveness.writes = True


def bpf_reset_stack_write_marks(env: Env, insn_idx: int) -> None:
    """Before an instruction is verified."""
    liveness = env.liveness
    if liveness.cur_instance is None:
        _cur_instance(env)
    liveness.write_insn_idx = insn_idx
    if liveness.writes:
        liveness.writes = False
        liveness.write_masks_acc = [0] * MAX_CALL_FRAMES


def bpf_commit_stack_write_marks(env: Env) -> None:
    """After it: what it wrote is certain only if it wrote it at every visit."""
    liveness = env.liveness
    instance = liveness.cur_instance
    if instance is None:
        return
    index = liveness.write_insn_idx - instance.start
    seen = instance.must_write_set[index]
    # Most instructions write nothing; and what did not write at one visit is never certain to write.
    if seen == 1:
        return
    if liveness.writes or seen:
        _commit_write_marks(liveness, instance, index, seen != 0)
    else:
        instance.must_write_set[index] = 1


def _commit_write_marks(liveness: StackLiveness, instance: FuncInstance, index: int, seen: bool) -> None:
    certain = 0
    for frame in range(len(instance.callsites)):
        mask = liveness.write_masks_acc[frame]
        if mask == 0 and not seen:
            continue
        masks = instance.masks(frame)
        old = masks.must_write[index]
        if seen:
            mask &= old
        if old != mask:
            masks.must_write[index] = mask
            masks.enqueue(instance.flow.position[index])
            instance.updated = True
        # Linux keeps the old mask in 32 bits here, so a loss in the upper half of the stack goes unnoticed.
        if old & 0xFFFFFFFF & ~mask:
            instance.must_write_dropped = True
        certain |= mask
    instance.must_write_set[index] = 2 if certain else 1


def _fmt_callchain(callsites: tuple[int, ...]) -> str:
    return f"({','.join(map(str, callsites))})"


def _log_mask_change(env: Env, chain: str, what: str, frame: int, insn_idx: int, old: int, new: int) -> None:
    changed = old ^ new
    if not changed:
        return
    text = f"{chain} frame {frame} insn {insn_idx} "
    if new & changed:
        text += f"+{what} {fmt_stack_mask(new & changed)} "
    if ~new & changed:
        text += f"-{what} {fmt_stack_mask(~new & changed)}"
    verbose(env, text + "\n")


def _log_insn(
    env: Env, instance: FuncInstance, masks: FrameMasks, at: int, frame: int, live: int, acc: int
) -> None:
    index = at - instance.start
    if not (masks.may_read[index] or masks.must_write[index] or not index or env.insn_aux[at].prune_point):
        return
    chain = _fmt_callchain(instance.callsites)
    _log_mask_change(env, chain, "live", frame, at, masks.live_before[index], live)
    _log_mask_change(env, chain, "written", frame, at, masks.must_write_acc[index], acc)


def _update_insn(env: Env, instance: FuncInstance, masks: FrameMasks, frame: int, index: int) -> bool:
    """The equations above for one instruction (by its offset in the function); true if something changed."""
    successors = instance.flow.successors[index]
    if not successors:
        return False
    after, acc = 0, _ALL
    for succ in successors:
        after |= masks.live_before[succ]
        acc &= masks.must_write_acc[succ]
    written = masks.must_write[index]
    acc |= written
    live = (after & ~written) | masks.may_read[index]
    if live == masks.live_before[index] and acc == masks.must_write_acc[index]:
        return False
    if env.log.level & BPF_LOG_LEVEL2:
        _log_insn(env, instance, masks, index + instance.start, frame, live, acc)
    masks.live_before[index] = live
    masks.must_write_acc[index] = acc
    return True


def _sweep(env: Env, instance: FuncInstance, masks: FrameMasks, frame: int) -> bool:
    """Once over the function in its order; true if something changed.

    Linux computes every instruction in every sweep. Here it is only those whose own masks or successors
    changed since they were computed last, which gives the same values in the same order.
    """
    flow = instance.flow
    now, masks.queue = masks.queue, []
    now.sort()
    changed = False
    while now:
        place = heappop(now)
        masks.queued[place] = False
        index = flow.order[place]
        if not _update_insn(env, instance, masks, frame, index):
            continue
        changed = True
        for predecessor in flow.predecessors[index]:
            other = flow.position[predecessor]
            if other <= place:
                masks.enqueue(other)
            elif not masks.queued[other]:
                masks.queued[other] = True
                heappush(now, other)
    return changed


def _update_instance(env: Env, instance: FuncInstance) -> None:
    """The fixed point, then the results for the caller's instance."""
    if instance.must_write_dropped:
        for masks in instance.frames:
            if masks is not None:
                masks.forget_writes()
    count, changed = 0, True
    while changed:
        count += 1
        changed = False
        for frame in range(len(instance.callsites)):
            masks = instance.frames[frame]
            if masks is not None and _sweep(env, instance, masks, frame):
                changed = True
    if env.log.level & BPF_LOG_LEVEL2:
        chain = _fmt_callchain(instance.callsites)
        verbose(env, f"{chain} live stack update done in {count} iterations\n")
    if len(instance.callsites) > 1:
        _propagate_to_outer_instance(env, instance)


def _propagate_to_outer_instance(env: Env, instance: FuncInstance) -> None:
    sites, starts = instance.callsites, instance.sp_starts
    outer = _instance(env, (*sites[:-2], starts[-2]), starts[:-1])
    callsite = sites[-2]
    env.liveness.cur_instance = outer
    bpf_reset_stack_write_marks(env, callsite)
    for frame in range(len(sites) - 1):
        masks = instance.frames[frame]
        if masks is not None:
            bpf_mark_stack_write(env, frame, masks.must_write_acc[0])
            _mark_read(outer, frame, callsite, masks.live_before[0])
    bpf_commit_stack_write_marks(env)
    env.liveness.cur_instance = None


def bpf_update_live_stack(env: Env) -> None:
    """Bring all instances of the current chain of calls up to date: at the end of a path and at the exit of a
    function.
    """
    env.liveness.cur_instance = None
    state = env.cur_state
    for frame in range(state.curframe, -1, -1):
        instance = _lookup_instance(env, state, frame)
        if instance.updated:
            _update_instance(env, instance)
            instance.updated = False
            instance.must_write_dropped = False


def bpf_live_stack_query_init(env: Env, state: VerifierState) -> None:
    """The questions to `bpf_live_stack_slots` are about this state."""
    liveness = env.liveness
    liveness.query = [_lookup_instance(env, state, frame) for frame in range(state.curframe + 1)]
    liveness.query_insn_idx = state.insn_idx


def _live_before(instance: FuncInstance, insn_idx: int, frameno: int) -> int:
    masks = instance.frames[frameno]
    return masks.live_before[insn_idx - instance.start] if masks is not None else 0


def bpf_live_stack_slots(env: Env, frameno: int) -> int:
    """The frame's slots that something may read: in the current function, or in a caller after the call
    returns (Linux asks of one slot at a time: bpf_stack_slot_alive).
    """
    query = env.liveness.query
    current = query[-1]
    alive = _live_before(current, env.liveness.query_insn_idx, frameno)
    for frame in range(frameno, len(query) - 1):
        site = current.callsites[frame]
        # A call that runs callbacks may run them again.
        at = site if env.insn_aux[site].calls_callback else site + 1
        alive |= _live_before(query[frame], at, frameno)
    return alive
