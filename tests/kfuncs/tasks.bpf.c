// Tasks and control groups: each program returns a number that is the same on all engines.
#include <vmlinux.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define ANY __weak __ksym
extern struct task_struct *bpf_task_acquire(struct task_struct *p) ANY;
extern void bpf_task_release(struct task_struct *p) ANY;
extern struct task_struct *bpf_task_from_pid(s32 pid) ANY;
extern struct task_struct *bpf_task_from_vpid(s32 vpid) ANY;
extern long bpf_task_under_cgroup(struct task_struct *task, struct cgroup *ancestor) ANY;
extern struct cgroup *bpf_task_get_cgroup1(struct task_struct *task, int hierarchy) ANY;
extern int bpf_send_signal_task(struct task_struct *task, int sig, enum pid_type type, u64 value) ANY;
extern struct cgroup *bpf_cgroup_acquire(struct cgroup *cgrp) ANY;
extern void bpf_cgroup_release(struct cgroup *cgrp) ANY;
extern struct cgroup *bpf_cgroup_ancestor(struct cgroup *cgrp, int level) ANY;
extern struct cgroup *bpf_cgroup_from_id(u64 cgid) ANY;
extern int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task, unsigned int flags) ANY;
extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) ANY;
extern void bpf_iter_task_destroy(struct bpf_iter_task *it) ANY;
extern int bpf_iter_css_new(struct bpf_iter_css *it, struct cgroup_subsys_state *start, unsigned int flags) ANY;
extern struct cgroup_subsys_state *bpf_iter_css_next(struct bpf_iter_css *it) ANY;
extern void bpf_iter_css_destroy(struct bpf_iter_css *it) ANY;
extern void bpf_rcu_read_lock(void) ANY;
extern void bpf_rcu_read_unlock(void) ANY;

#define PROGRAM(name) SEC("syscall") int name(void *ctx)
#define PID ((int)bpf_get_current_pid_tgid())
#define TGID ((int)(bpf_get_current_pid_tgid() >> 32))

PROGRAM(finds_itself) {
	struct task_struct *task = bpf_task_from_pid(PID);
	int result;
	if (!task)
		return -1;
	result = (task->pid == PID) + 2 * (task->tgid == TGID) + 4 * (task->group_leader->pid == TGID) +
		 8 * (task == bpf_get_current_task_btf());
	bpf_task_release(task);
	return result;
}

PROGRAM(finds_no_such_task) {
	struct task_struct *task = bpf_task_from_pid(-1), *idle;
	if (task) {
		bpf_task_release(task);
		return 1;
	}
	idle = bpf_task_from_vpid(0);
	if (idle) {
		bpf_task_release(idle);
		return 2;
	}
	return 0;
}

PROGRAM(holds_the_current_task) {
	struct task_struct *task = bpf_task_acquire(bpf_get_current_task_btf());
	char name[16], other[16];
	int result;
	if (!task)
		return -1;
	bpf_get_current_comm(name, sizeof(name));
	bpf_probe_read_kernel(other, sizeof(other), task->comm);
	result = bpf_strncmp(name, sizeof(name), "") != 0;
	for (int i = 0; i < 16; i++)
		result += name[i] == other[i];
	result += 100 * (BPF_CORE_READ(task, cred, uid.val) == (u32)bpf_get_current_uid_gid());
	result += 200 * (BPF_CORE_READ(task, cred, gid.val) == bpf_get_current_uid_gid() >> 32);
	result += 400 * (task->mm != 0);
	bpf_task_release(task);
	return result;
}

PROGRAM(signals_to_nobody) {
	struct task_struct *task = bpf_get_current_task_btf();
	return bpf_send_signal_task(task, 0, 9, 0) * 100 + bpf_send_signal_task(task, 65, 0, 0);
}

PROGRAM(current_group) {
	struct task_struct *task = bpf_get_current_task_btf();
	struct cgroup *group = bpf_cgroup_from_id(bpf_get_current_cgroup_id());
	struct cgroup *own, *root;
	int result = 0;
	if (!group)
		return -1;
	bpf_rcu_read_lock();
	own = task->cgroups->dfl_cgrp;
	result += own == group;
	result += 2 * (own->kn->id == bpf_get_current_cgroup_id());
	bpf_rcu_read_unlock();
	root = bpf_cgroup_ancestor(group, 0);
	if (root) {
		result += 4 * (root->level == 0) + 8 * (root->kn->id == 1);
		result += 16 * bpf_task_under_cgroup(task, root);
		bpf_cgroup_release(root);
	}
	root = bpf_cgroup_ancestor(group, group->level + 1);
	if (root)
		bpf_cgroup_release(root);
	else
		result += 32;
	root = bpf_cgroup_ancestor(group, -1);
	if (root)
		bpf_cgroup_release(root);
	else
		result += 64;
	bpf_cgroup_release(group);
	return result;
}

PROGRAM(no_such_group) {
	struct cgroup *group = bpf_cgroup_from_id(0x123456789abcull);
	if (group)
		bpf_cgroup_release(group);
	return group != 0;
}

PROGRAM(no_old_hierarchy) {
	struct cgroup *group = bpf_task_get_cgroup1(bpf_get_current_task_btf(), 12345);
	if (group)
		bpf_cgroup_release(group);
	return group != 0;
}

int seen, first, self, last; // in memory, where the verifier does not count

static __always_inline int tasks(struct task_struct *task, int flags, int *error)
{
	struct bpf_iter_task it;
	struct task_struct *one;
	seen = self = 0, first = -1;
	bpf_rcu_read_lock();
	*error = bpf_iter_task_new(&it, task, flags);
	while ((one = bpf_iter_task_next(&it))) {
		if (!seen++)
			first = one->pid;
		self += one->pid == PID;
	}
	bpf_iter_task_destroy(&it);
	bpf_rcu_read_unlock();
	return 100 * self + 10 * (seen > 1) + (first == 0);
}

PROGRAM(processes) { int error, r = tasks(0, 0, &error); return error ? error : r >= 100 ? r - 100 : r; }
PROGRAM(all_threads) { int error, r = tasks(0, 1, &error); return error ? error : r; }
PROGRAM(threads_of_nobody) { int error, r = tasks(0, 2, &error); return error * 1000 - r; }
PROGRAM(unknown_order) { int error, r = tasks(0, 3, &error); return error * 1000 - r; }

static __always_inline int groups(u64 id, int order)
{
	struct cgroup *start = bpf_cgroup_from_id(id);
	struct cgroup_subsys_state *css;
	struct bpf_iter_css it;
	int error;
	seen = first = last = 0;
	if (!start)
		return -1;
	bpf_rcu_read_lock();
	error = bpf_iter_css_new(&it, &start->self, order);
	while ((css = bpf_iter_css_next(&it))) {
		if (!seen++)
			first = css->cgroup->kn->id == id;
		last = css->cgroup->kn->id == id;
	}
	bpf_iter_css_destroy(&it);
	bpf_rcu_read_unlock();
	bpf_cgroup_release(start);
	return error ? error * 1000 - seen : first * 4 + last * 2 + (seen > 1);
}

PROGRAM(groups_before_theirs) { return groups(1, 2) & 4; }
PROGRAM(groups_behind_theirs) { return groups(1, 3) & 2; }
PROGRAM(groups_upwards) { return groups(1, 4); }
PROGRAM(groups_in_no_order) { return groups(1, 0); }

char LICENSE[] SEC("license") = "GPL";
