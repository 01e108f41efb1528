/* The CMSDK APB UARTs of an MPS2 (Arm DDI 0479D, 4.3). One byte each way is buffered; who waits for another sleeps. */
#ifndef MPS2_UART_H
#define MPS2_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum uart { UART_CABLE, UART_STAND };

void uart_start(enum uart uart);
bool uart_get(uint8_t *byte, enum uart uart); /* false: none has come */
void uart_put(enum uart uart, const uint8_t *bytes, size_t len);

#endif
