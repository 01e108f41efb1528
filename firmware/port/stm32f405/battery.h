/* The voltage of the cell, through a divider by 2, measured against the chip's own reference (RM0090, 13; DS8626, 5.3.24). */
#ifndef STM32F405_BATTERY_H
#define STM32F405_BATTERY_H

#include <stdint.h>

void battery_start(void);
uint32_t battery_millivolts(void); /* 0 when it cannot be measured: too little for anything */

#endif
