#include "incident.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INCIDENTS_MAX = 8 };

static struct plan {
	unsigned type, left; /* requests of that type until it happens */
	const char *what;
} plans[INCIDENTS_MAX];
static unsigned count;

bool
incident_plan(const char *text)
{
	struct plan plan = {.left = 1};
	int len = 0;

	if (count == INCIDENTS_MAX)
		return false;
	if (sscanf(text, "%2x:%u=%n", &plan.type, &plan.left, &len) != 2 && (sscanf(text, "%2x=%n", &plan.type, &len) != 1 || len == 0))
		return false;
	plan.what = text + len;
	plans[count++] = plan;
	return len > 0 && plan.left > 0 && *plan.what != '\0';
}

enum incident
incident_at(uint8_t type)
{
	enum incident incident = INCIDENT_NONE;

	for (unsigned i = 0; i < count; i++) {
		if (plans[i].type != type || plans[i].left == 0 || --plans[i].left > 0)
			continue;
		if (strcmp(plans[i].what, "lost") == 0)
			incident = INCIDENT_LOST;
		else if (strcmp(plans[i].what, "unanswered") == 0)
			incident = INCIDENT_UNANSWERED;
		else if (system(plans[i].what) != 0)
			fprintf(stderr, "seal-sim: failed: %s\n", plans[i].what);
	}
	return incident;
}
