/* SYN cookies: a sequence number that says by itself that its owner answered the SYN of this connection, when (to the
 * minute), and which of four segment sizes was agreed on.
 *
 * The layout is D. J. Bernstein's, as Linux has it: the minute in the upper 8 bits, the segment size in the lower 24,
 * both under keyed hashes. The hash and its keys are the kernel's own affair.
 */
#include "native.h"
#include "net.h"
#include "packet.h"
#include "siphash.h"

#define COOKIE_LIFE 2 /* minutes */
#define COOKIE_BITS 24
#define COOKIE_MASK ((1u << COOKIE_BITS) - 1)
#define MINUTE 60000000000ull

struct tcp_header {
	uint16_t source, dest;
	uint32_t seq, ack_seq;
	uint8_t offset, flags;
	uint16_t window, check, urgent;
};

enum { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_ACK = 16 };
enum { OPTION_END, OPTION_NOP, OPTION_MSS };

static const uint16_t sizes_v4[4] = { 536, 1300, 1440, 1460 };
static const uint16_t sizes_v6[4] = { 1280 - 60, 1480 - 60, 1500 - 60, 9000 - 60 };

#define DEFAULT_MSS_V4 536
#define DEFAULT_MSS_V6 1220

static uint32_t header_size(const struct tcp_header *th)
{
	return th->offset >> 4 << 2;
}

/* The largest segment that the sender of a SYN takes; 0 when it does not say. */
static uint16_t parse_mss(const struct tcp_header *th, uint16_t limit)
{
	const uint8_t *p = (const uint8_t *)(th + 1), *end = (const uint8_t *)th + header_size(th);

	while (p < end) {
		if (*p == OPTION_END)
			return 0;
		if (*p == OPTION_NOP) {
			p++;
			continue;
		}
		if (end - p < 2 || p[1] < 2 || p[1] > end - p)
			return 0;
		if (*p == OPTION_MSS && p[1] == 4) {
			uint16_t mss = p[2] << 8 | p[3];
			if (mss)
				return limit && limit < mss ? limit : mss;
		}
		p += p[1];
	}
	return 0;
}

static uint32_t hash(const struct skep_kernel *kernel, const uint8_t *addresses, uint32_t size,
		     const struct tcp_header *th, uint32_t count, int which)
{
	uint8_t input[40];

	memcpy(input, addresses, size);
	memcpy(input + size, th, 4); /* the ports */
	memcpy(input + size + 4, &count, 4);
	return siphash(input, size + 8, &kernel->cookie_keys[2 * which]);
}

struct headers {
	const uint8_t *addresses; /* source, destination */
	uint32_t size;            /* of both */
	const uint16_t *sizes;
	const struct tcp_header *th;
};

static struct headers headers_v4(uint64_t ip, uint64_t th)
{
	return (struct headers){ (const uint8_t *)ip + 12, 8, sizes_v4, (const struct tcp_header *)th };
}

static struct headers headers_v6(uint64_t ip, uint64_t th)
{
	return (struct headers){ (const uint8_t *)ip + 8, 32, sizes_v6, (const struct tcp_header *)th };
}

/* The cookie, with *mss cut down to one of the four sizes. */
static uint32_t make_cookie(struct skep_run *run, const struct headers *of, uint16_t *mss)
{
	uint32_t minute = bpf_ktime_get_ns(0, 0, 0, 0, 0, run) / MINUTE, index = 3;

	while (index && *mss < of->sizes[index])
		index--;
	*mss = of->sizes[index];
	return hash(run->kernel, of->addresses, of->size, of->th, 0, 0) + __builtin_bswap32(of->th->seq) +
	       (minute << COOKIE_BITS) +
	       ((hash(run->kernel, of->addresses, of->size, of->th, minute, 1) + index) & COOKIE_MASK);
}

/* Whether the acknowledgement answers a cookie that is not too old. */
static bool answers_cookie(struct skep_run *run, const struct headers *of)
{
	uint32_t minute = bpf_ktime_get_ns(0, 0, 0, 0, 0, run) / MINUTE;
	uint32_t cookie = __builtin_bswap32(of->th->ack_seq) - 1;

	cookie -= hash(run->kernel, of->addresses, of->size, of->th, 0, 0) + __builtin_bswap32(of->th->seq) - 1;
	uint32_t age = (minute - (cookie >> COOKIE_BITS)) & 0xff;
	if (age >= COOKIE_LIFE)
		return false;
	return ((cookie - hash(run->kernel, of->addresses, of->size, of->th, minute - age, 1)) & COOKIE_MASK) < 4;
}

/* ── without a socket ── */

static uint64_t raw_cookie(struct skep_run *run, const struct headers *of, uint32_t th_len, uint16_t otherwise)
{
	if (th_len < sizeof(*of->th) || th_len != header_size(of->th))
		return -EINVAL;
	uint16_t mss = parse_mss(of->th, 0);
	if (!mss)
		mss = otherwise;
	uint32_t cookie = make_cookie(run, of, &mss);
	return cookie | (uint64_t)mss << 32;
}

SKEP_HELPER(bpf_tcp_raw_gen_syncookie_ipv4)
{
	struct headers of = headers_v4(r1, r2);

	return raw_cookie(run, &of, r3, DEFAULT_MSS_V4);
}

SKEP_HELPER(bpf_tcp_raw_gen_syncookie_ipv6)
{
	struct headers of = headers_v6(r1, r2);

	return raw_cookie(run, &of, r3, DEFAULT_MSS_V6);
}

SKEP_HELPER(bpf_tcp_raw_check_syncookie_ipv4)
{
	struct headers of = headers_v4(r1, r2);

	return answers_cookie(run, &of) ? 0 : -EACCES;
}

SKEP_HELPER(bpf_tcp_raw_check_syncookie_ipv6)
{
	struct headers of = headers_v6(r1, r2);

	return answers_cookie(run, &of) ? 0 : -EACCES;
}

/* ── for a listening socket ── */

/* The headers of a packet to this socket; an errno for a packet that cannot be one. */
static long socket_headers(const struct skep_sock *sk, uint64_t ip, uint32_t ip_len, uint64_t th, struct headers *of)
{
	if (ip_len < IPV4_HLEN)
		return -EINVAL;
	switch (*(const uint8_t *)ip >> 4) {
	case 4:
		*of = headers_v4(ip, th);
		return sk->family == AF_INET6 && sk->ipv6_only ? -EINVAL : 0;
	case 6:
		*of = headers_v6(ip, th);
		return ip_len < IPV6_HLEN || sk->family != AF_INET6 ? -EINVAL : 0;
	default:
		return -EPROTONOSUPPORT;
	}
}

static uint32_t syncookies(const struct skep_run *run)
{
	return run->kernel->net ? run->kernel->net->syncookies : 0;
}

static bool is_listener(const struct skep_sock *sk)
{
	return sk->protocol == IPPROTO_TCP && sk->state == TCP_LISTEN;
}

SKEP_HELPER(bpf_tcp_gen_syncookie)
{
	struct skep_sock *sk = sock_of(r1);
	const struct tcp_header *th = (const struct tcp_header *)r4;
	struct headers of;

	if ((uint32_t)r5 < sizeof(*th) || (uint32_t)r5 != header_size(th))
		return -EINVAL;
	if (!is_listener(sk))
		return -EINVAL;
	if (!syncookies(run))
		return -ENOENT;
	if (!(th->flags & TCP_SYN) || th->flags & (TCP_ACK | TCP_FIN | TCP_RST))
		return -EINVAL;
	long err = socket_headers(sk, r2, r3, r4, &of);
	if (err)
		return err;
	if (syncookies(run) != 2) /* only when its queue is full, which it never is */
		return -ENOENT;
	uint16_t mss = parse_mss(th, sk->user_mss);
	if (!mss)
		mss = of.size == 8 ? DEFAULT_MSS_V4 : DEFAULT_MSS_V6;
	sk->cookies_sent = bpf_ktime_get_ns(0, 0, 0, 0, 0, run) + 1;
	uint32_t cookie = make_cookie(run, &of, &mss);
	return cookie | (uint64_t)mss << 32;
}

SKEP_HELPER(bpf_tcp_check_syncookie)
{
	const struct skep_sock *sk = sock_of(r1);
	const struct tcp_header *th = (const struct tcp_header *)r4;
	struct headers of;

	if ((uint32_t)r5 < sizeof(*th) || !is_listener(sk) || !syncookies(run))
		return -EINVAL;
	if (!(th->flags & TCP_ACK) || th->flags & (TCP_RST | TCP_SYN))
		return -ENOENT;
	if ((uint32_t)r3 < IPV4_HLEN)
		return -EINVAL;
	if (!sk->cookies_sent || bpf_ktime_get_ns(0, 0, 0, 0, 0, run) - sk->cookies_sent > COOKIE_LIFE * MINUTE)
		return -ENOENT;
	long err = socket_headers(sk, r2, r3, r4, &of);
	if (err)
		return err;
	return answers_cookie(run, &of) ? 0 : -ENOENT;
}

const struct skep_symbol skep_syncookie_symbols[] = {
	SKEP_SYMBOL(bpf_tcp_raw_gen_syncookie_ipv4),
	SKEP_SYMBOL(bpf_tcp_raw_gen_syncookie_ipv6),
	SKEP_SYMBOL(bpf_tcp_raw_check_syncookie_ipv4),
	SKEP_SYMBOL(bpf_tcp_raw_check_syncookie_ipv6),
	SKEP_SYMBOL(bpf_tcp_gen_syncookie),
	SKEP_SYMBOL(bpf_tcp_check_syncookie),
	{ NULL },
};
