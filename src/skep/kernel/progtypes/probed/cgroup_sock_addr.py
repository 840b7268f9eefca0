"""What Linux 6.18 lets programs of type cgroup_sock_addr do; written by tools/probe_progtypes.py."""

from __future__ import annotations

from skep.kernel.helpers.types import PTR_TO_SOCKET
from skep.kernel.progtypes.probed.common import COMMON
from skep.kernel.progtypes.progtype import CtxField, Variant, names
from skep.uapi import AttachType

VARIANTS: tuple[Variant, ...] = (
    Variant(
        attach_types=(AttachType.CGROUP_INET4_BIND,),
        fields=(
            CtxField(name="user_family", offset=0, size=4, reads=(4,)),
            CtxField(name="user_ip4", offset=4, size=4, reads=(1, 2, 4), writes=(4,)),
            CtxField(name="user_ip6", offset=8, size=16),
            CtxField(name="user_port", offset=24, size=4, reads=(1, 2, 4), writes=(4,)),
            CtxField(name="family", offset=28, size=4, reads=(4,)),
            CtxField(name="type", offset=32, size=4, reads=(4,)),
            CtxField(name="protocol", offset=36, size=4, reads=(4,)),
            CtxField(name="msg_src_ip4", offset=40, size=4),
            CtxField(name="msg_src_ip6", offset=44, size=16),
            CtxField(name="sk", offset=64, size=8, reads=(8,), type=PTR_TO_SOCKET),
        ),
        helpers=COMMON
        | names("""
            perf_event_output get_socket_cookie setsockopt getsockopt get_local_storage sk_lookup_tcp
            sk_lookup_udp sk_release skc_lookup_tcp sk_storage_get sk_storage_delete get_netns_cookie
            skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock skc_to_tcp_request_sock
            skc_to_udp6_sock ktime_get_coarse_ns skc_to_unix_sock get_retval set_retval skc_to_mptcp_sock
            """),
        return_range=(0, 3),
    ),
    Variant(
        attach_types=(AttachType.CGROUP_INET6_BIND,),
        fields=(
            CtxField(name="user_family", offset=0, size=4, reads=(4,)),
            CtxField(name="user_ip4", offset=4, size=4),
            CtxField(name="user_ip6", offset=8, size=16, reads=(1, 2, 4, 8), writes=(4, 8)),
            CtxField(name="user_port", offset=24, size=4, reads=(1, 2, 4), writes=(4,)),
            CtxField(name="family", offset=28, size=4, reads=(4,)),
            CtxField(name="type", offset=32, size=4, reads=(4,)),
            CtxField(name="protocol", offset=36, size=4, reads=(4,)),
            CtxField(name="msg_src_ip4", offset=40, size=4),
            CtxField(name="msg_src_ip6", offset=44, size=16),
            CtxField(name="sk", offset=64, size=8, reads=(8,), type=PTR_TO_SOCKET),
        ),
        helpers=COMMON
        | names("""
            perf_event_output get_socket_cookie setsockopt getsockopt get_local_storage sk_lookup_tcp
            sk_lookup_udp sk_release skc_lookup_tcp sk_storage_get sk_storage_delete get_netns_cookie
            skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock skc_to_tcp_request_sock
            skc_to_udp6_sock ktime_get_coarse_ns skc_to_unix_sock get_retval set_retval skc_to_mptcp_sock
            """),
        return_range=(0, 3),
    ),
    Variant(
        attach_types=(AttachType.CGROUP_INET4_CONNECT,),
        fields=(
            CtxField(name="user_family", offset=0, size=4, reads=(4,)),
            CtxField(name="user_ip4", offset=4, size=4, reads=(1, 2, 4), writes=(4,)),
            CtxField(name="user_ip6", offset=8, size=16),
            CtxField(name="user_port", offset=24, size=4, reads=(1, 2, 4), writes=(4,)),
            CtxField(name="family", offset=28, size=4, reads=(4,)),
            CtxField(name="type", offset=32, size=4, reads=(4,)),
            CtxField(name="protocol", offset=36, size=4, reads=(4,)),
            CtxField(name="msg_src_ip4", offset=40, size=4),
            CtxField(name="msg_src_ip6", offset=44, size=16),
            CtxField(name="sk", offset=64, size=8, reads=(8,), type=PTR_TO_SOCKET),
        ),
        helpers=COMMON
        | names("""
            perf_event_output get_socket_cookie setsockopt getsockopt bind get_local_storage sk_lookup_tcp
            sk_lookup_udp sk_release skc_lookup_tcp sk_storage_get sk_storage_delete get_netns_cookie
            skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock skc_to_tcp_request_sock
            skc_to_udp6_sock ktime_get_coarse_ns skc_to_unix_sock get_retval set_retval skc_to_mptcp_sock
            """),
        return_range=(0, 1),
    ),
    Variant(
        attach_types=(AttachType.CGROUP_INET6_CONNECT,),
        fields=(
            CtxField(name="user_family", offset=0, size=4, reads=(4,)),
            CtxField(name="user_ip4", offset=4, size=4),
            CtxField(name="user_ip6", offset=8, size=16, reads=(1, 2, 4, 8), writes=(4, 8)),
            CtxField(name="user_port", offset=24, size=4, reads=(1, 2, 4), writes=(4,)),
            CtxField(name="family", offset=28, size=4, reads=(4,)),
            CtxField(name="type", offset=32, size=4, reads=(4,)),
            CtxField(name="protocol", offset=36, size=4, reads=(4,)),
            CtxField(name="msg_src_ip4", offset=40, size=4),
            CtxField(name="msg_src_ip6", offset=44, size=16),
            CtxField(name="sk", offset=64, size=8, reads=(8,), type=PTR_TO_SOCKET),
        ),
        helpers=COMMON
        | names("""
            perf_event_output get_socket_cookie setsockopt getsockopt bind get_local_storage sk_lookup_tcp
            sk_lookup_udp sk_release skc_lookup_tcp sk_storage_get sk_storage_delete get_netns_cookie
            skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock skc_to_tcp_request_sock
            skc_to_udp6_sock ktime_get_coarse_ns skc_to_unix_sock get_retval set_retval skc_to_mptcp_sock
            """),
        return_range=(0, 1),
    ),
    Variant(
        attach_types=(AttachType.CGROUP_UDP4_SENDMSG,),
        fields=(
            CtxField(name="user_family", offset=0, size=4, reads=(4,)),
            CtxField(name="user_ip4", offset=4, size=4, reads=(1, 2, 4), writes=(4,)),
            CtxField(name="user_ip6", offset=8, size=16),
            CtxField(name="user_port", offset=24, size=4, reads=(1, 2, 4), writes=(4,)),
            CtxField(name="family", offset=28, size=4, reads=(4,)),
            CtxField(name="type", offset=32, size=4, reads=(4,)),
            CtxField(name="protocol", offset=36, size=4, reads=(4,)),
            CtxField(name="msg_src_ip4", offset=40, size=4, reads=(1, 2, 4), writes=(4,)),
            CtxField(name="msg_src_ip6", offset=44, size=16),
            CtxField(name="sk", offset=64, size=8, reads=(8,), type=PTR_TO_SOCKET),
        ),
        helpers=COMMON
        | names("""
            perf_event_output get_socket_cookie setsockopt getsockopt get_local_storage sk_lookup_tcp
            sk_lookup_udp sk_release skc_lookup_tcp sk_storage_get sk_storage_delete get_netns_cookie
            skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock skc_to_tcp_request_sock
            skc_to_udp6_sock ktime_get_coarse_ns skc_to_unix_sock get_retval set_retval skc_to_mptcp_sock
            """),
        return_range=(0, 1),
    ),
    Variant(
        attach_types=(AttachType.CGROUP_UDP6_SENDMSG,),
        fields=(
            CtxField(name="user_family", offset=0, size=4, reads=(4,)),
            CtxField(name="user_ip4", offset=4, size=4),
            CtxField(name="user_ip6", offset=8, size=16, reads=(1, 2, 4, 8), writes=(4, 8)),
            CtxField(name="user_port", offset=24, size=4, reads=(1, 2, 4), writes=(4,)),
            CtxField(name="family", offset=28, size=4, reads=(4,)),
            CtxField(name="type", offset=32, size=4, reads=(4,)),
            CtxField(name="protocol", offset=36, size=4, reads=(4,)),
            CtxField(name="msg_src_ip4", offset=40, size=4),
            CtxField(name="msg_src_ip6", offset=44, size=16, reads=(1, 2, 4, 8), writes=(4, 8)),
            CtxField(name="sk", offset=64, size=8, reads=(8,), type=PTR_TO_SOCKET),
        ),
        helpers=COMMON
        | names("""
            perf_event_output get_socket_cookie setsockopt getsockopt get_local_storage sk_lookup_tcp
            sk_lookup_udp sk_release skc_lookup_tcp sk_storage_get sk_storage_delete get_netns_cookie
            skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock skc_to_tcp_request_sock
            skc_to_udp6_sock ktime_get_coarse_ns skc_to_unix_sock get_retval set_retval skc_to_mptcp_sock
            """),
        return_range=(0, 1),
    ),
    Variant(
        attach_types=(
            AttachType.CGROUP_UDP4_RECVMSG,
            AttachType.CGROUP_INET4_GETPEERNAME,
            AttachType.CGROUP_INET4_GETSOCKNAME,
        ),
        fields=(
            CtxField(name="user_family", offset=0, size=4, reads=(4,)),
            CtxField(name="user_ip4", offset=4, size=4, reads=(1, 2, 4), writes=(4,)),
            CtxField(name="user_ip6", offset=8, size=16),
            CtxField(name="user_port", offset=24, size=4, reads=(1, 2, 4), writes=(4,)),
            CtxField(name="family", offset=28, size=4, reads=(4,)),
            CtxField(name="type", offset=32, size=4, reads=(4,)),
            CtxField(name="protocol", offset=36, size=4, reads=(4,)),
            CtxField(name="msg_src_ip4", offset=40, size=4),
            CtxField(name="msg_src_ip6", offset=44, size=16),
            CtxField(name="sk", offset=64, size=8, reads=(8,), type=PTR_TO_SOCKET),
        ),
        helpers=COMMON
        | names("""
            perf_event_output get_socket_cookie setsockopt getsockopt get_local_storage sk_lookup_tcp
            sk_lookup_udp sk_release skc_lookup_tcp sk_storage_get sk_storage_delete get_netns_cookie
            skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock skc_to_tcp_request_sock
            skc_to_udp6_sock ktime_get_coarse_ns skc_to_unix_sock skc_to_mptcp_sock
            """),
        return_range=(1, 1),
    ),
    Variant(
        attach_types=(
            AttachType.CGROUP_UDP6_RECVMSG,
            AttachType.CGROUP_INET6_GETPEERNAME,
            AttachType.CGROUP_INET6_GETSOCKNAME,
        ),
        fields=(
            CtxField(name="user_family", offset=0, size=4, reads=(4,)),
            CtxField(name="user_ip4", offset=4, size=4),
            CtxField(name="user_ip6", offset=8, size=16, reads=(1, 2, 4, 8), writes=(4, 8)),
            CtxField(name="user_port", offset=24, size=4, reads=(1, 2, 4), writes=(4,)),
            CtxField(name="family", offset=28, size=4, reads=(4,)),
            CtxField(name="type", offset=32, size=4, reads=(4,)),
            CtxField(name="protocol", offset=36, size=4, reads=(4,)),
            CtxField(name="msg_src_ip4", offset=40, size=4),
            CtxField(name="msg_src_ip6", offset=44, size=16),
            CtxField(name="sk", offset=64, size=8, reads=(8,), type=PTR_TO_SOCKET),
        ),
        helpers=COMMON
        | names("""
            perf_event_output get_socket_cookie setsockopt getsockopt get_local_storage sk_lookup_tcp
            sk_lookup_udp sk_release skc_lookup_tcp sk_storage_get sk_storage_delete get_netns_cookie
            skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock skc_to_tcp_request_sock
            skc_to_udp6_sock ktime_get_coarse_ns skc_to_unix_sock skc_to_mptcp_sock
            """),
        return_range=(1, 1),
    ),
    Variant(
        attach_types=(
            AttachType.CGROUP_UNIX_CONNECT,
            AttachType.CGROUP_UNIX_SENDMSG,
        ),
        fields=(
            CtxField(name="user_family", offset=0, size=4, reads=(4,)),
            CtxField(name="user_ip4", offset=4, size=4),
            CtxField(name="user_ip6", offset=8, size=16),
            CtxField(name="user_port", offset=24, size=4, reads=(1, 2, 4), writes=(4,)),
            CtxField(name="family", offset=28, size=4, reads=(4,)),
            CtxField(name="type", offset=32, size=4, reads=(4,)),
            CtxField(name="protocol", offset=36, size=4, reads=(4,)),
            CtxField(name="msg_src_ip4", offset=40, size=4),
            CtxField(name="msg_src_ip6", offset=44, size=16),
            CtxField(name="sk", offset=64, size=8, reads=(8,), type=PTR_TO_SOCKET),
        ),
        helpers=COMMON
        | names("""
            perf_event_output get_socket_cookie setsockopt getsockopt get_local_storage sk_lookup_tcp
            sk_lookup_udp sk_release skc_lookup_tcp sk_storage_get sk_storage_delete get_netns_cookie
            skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock skc_to_tcp_request_sock
            skc_to_udp6_sock ktime_get_coarse_ns skc_to_unix_sock get_retval set_retval skc_to_mptcp_sock
            """),
        return_range=(0, 1),
    ),
    Variant(
        attach_types=(
            AttachType.CGROUP_UNIX_RECVMSG,
            AttachType.CGROUP_UNIX_GETPEERNAME,
            AttachType.CGROUP_UNIX_GETSOCKNAME,
        ),
        fields=(
            CtxField(name="user_family", offset=0, size=4, reads=(4,)),
            CtxField(name="user_ip4", offset=4, size=4),
            CtxField(name="user_ip6", offset=8, size=16),
            CtxField(name="user_port", offset=24, size=4, reads=(1, 2, 4), writes=(4,)),
            CtxField(name="family", offset=28, size=4, reads=(4,)),
            CtxField(name="type", offset=32, size=4, reads=(4,)),
            CtxField(name="protocol", offset=36, size=4, reads=(4,)),
            CtxField(name="msg_src_ip4", offset=40, size=4),
            CtxField(name="msg_src_ip6", offset=44, size=16),
            CtxField(name="sk", offset=64, size=8, reads=(8,), type=PTR_TO_SOCKET),
        ),
        helpers=COMMON
        | names("""
            perf_event_output get_socket_cookie setsockopt getsockopt get_local_storage sk_lookup_tcp
            sk_lookup_udp sk_release skc_lookup_tcp sk_storage_get sk_storage_delete get_netns_cookie
            skc_to_tcp6_sock skc_to_tcp_sock skc_to_tcp_timewait_sock skc_to_tcp_request_sock
            skc_to_udp6_sock ktime_get_coarse_ns skc_to_unix_sock skc_to_mptcp_sock
            """),
        return_range=(1, 1),
    ),
)
