/* General-purpose pins (RM0090, 8) and which of them the seal's board uses for what. */
#ifndef STM32F405_PINS_H
#define STM32F405_PINS_H

#include <stdbool.h>

struct pin {
	char port; /* 'A' to 'C' */
	unsigned number;
};

#define PIN_BATTERY       ((struct pin){'A', 0})  /* ADC, behind a divider by 2 */
#define PIN_DISPLAY_CS    ((struct pin){'A', 4})
#define PIN_DISPLAY_CLOCK ((struct pin){'A', 5})  /* SPI1 */
#define PIN_COIL_PUMP     ((struct pin){'A', 6})  /* TIM3: the supply of the coils is pumped up by a square wave; a level, whichever, leaves them dead */
#define PIN_DISPLAY_DATA  ((struct pin){'A', 7})  /* SPI1 */
#define PIN_USB_MINUS     ((struct pin){'A', 11})
#define PIN_USB_PLUS      ((struct pin){'A', 12})
#define PIN_COIL_GATE     ((struct pin){'B', 1})  /* the main lock's driver */
#define PIN_DIE_GATE      ((struct pin){'B', 2})  /* that of the stamp die's */
#define PIN_PRESS         ((struct pin){'C', 0})  /* low: the stamp is down */
#define PIN_TAMPER        ((struct pin){'C', 13}) /* low: the loop through the case is closed */

enum pin_pull { PULL_NONE = 0, PULL_UP = 1, PULL_DOWN = 2 };

void pins_start(void); /* the clocks of their ports */
void pin_input(struct pin pin, enum pin_pull pull);
void pin_output(struct pin pin);		      /* low at first */
void pin_function(struct pin pin, unsigned function); /* of a peripheral, DS8626 table 9 */
void pin_analog(struct pin pin);
void pin_set(struct pin pin, bool high);
bool pin_is_high(struct pin pin);

#endif
