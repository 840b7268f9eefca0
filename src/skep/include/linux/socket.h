// SPDX-License-Identifier: Apache-2.0
// Written by tools/gen_headers.py; do not edit.
#ifndef __SKEP_LINUX_SOCKET_H
#define __SKEP_LINUX_SOCKET_H

#include <linux/if_arp.h>
#include <linux/in.h>
#include <linux/types.h>


#define _K_SS_MAXSIZE 128
#define SOCK_SNDBUF_LOCK 1
#define SOCK_RCVBUF_LOCK 2
#define SOCK_BUF_LOCK_MASK 3
#define SOCK_TXREHASH_DEFAULT 255
#define SOCK_TXREHASH_DISABLED 0
#define SOCK_TXREHASH_ENABLED 1

#endif
