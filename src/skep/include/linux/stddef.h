// SPDX-License-Identifier: Apache-2.0
#ifndef __SKEP_LINUX_STDDEF_H
#define __SKEP_LINUX_STDDEF_H

#include <stddef.h>

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

#endif
