// SPDX-License-Identifier: Apache-2.0
// Written by tools/gen_headers.py; do not edit.
#ifndef __SKEP_LINUX_TYPES_H
#define __SKEP_LINUX_TYPES_H


#ifndef __SKEP_TYPES_LINUX_TYPES_H
#define __SKEP_TYPES_LINUX_TYPES_H
typedef unsigned char __u8;
typedef signed char __s8;
typedef short unsigned int __u16;
typedef short int __s16;
typedef unsigned int __u32;
typedef int __s32;
typedef long long unsigned int __u64;
typedef long long int __s64;
typedef __u16 __le16;
typedef __u16 __be16;
typedef __u32 __le32;
typedef __u32 __be32;
typedef __u64 __le64;
typedef __u64 __be64;
typedef __u16 __sum16;
typedef __u32 __wsum;
typedef unsigned int __poll_t;
typedef int __kernel_pid_t;
typedef long unsigned int __kernel_ulong_t;
typedef __kernel_ulong_t __kernel_size_t;
typedef long int __kernel_long_t;
typedef __kernel_long_t __kernel_ssize_t;
#endif


#endif
