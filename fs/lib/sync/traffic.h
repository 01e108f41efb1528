/* What a program that we have started moves, by the kernel's count and not by its own word. */
#ifndef CH_TRAFFIC_H
#define CH_TRAFFIC_H

#include <stdint.h>
#include <sys/types.h>

/* Bytes that a process and those it has started have read and written so far, everything counted at each hand; 0 where /proc does not tell. */
uint64_t ch_traffic(pid_t process);

#endif
