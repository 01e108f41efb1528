/*
 * Policies: who may do what. A record (docs/formats/1 section 6):
 *
 *	Format: 1
 *	Gap: 604800					seconds between Time and Received at most
 *	Allow: administrator seal-enrol seals/S-0007	role, act, pattern of subjects; `*` one component, a final `**` any rest
 *	Level: S-0007 1 manager 1 20			seal, level, role, persons needed (of a seal 8 in all), most presses
 *	Remind: S-0007 1 86400				seal, level, seconds after which whoever has to decide there is told again
 *	Escalate: S-0007 1 259200 director		the same, and who is told that it is still waiting
 *	Large: *.jpg					files of free spaces that are kept beside the tree (large/patterns.h); `none`: no files
 *
 * `read` or `drop` in place of an act: who sees an area, the first two components of a path, on a drive that many share, and who may put something into drop/ for it
 * (chanceryfs(8)). Whoever may save there may do both.
 *
 * Default deny: what no line allows is refused. Lines only allow, so none can shadow another. One reader, for everybody.
 */
#ifndef CH_POLICY_H
#define CH_POLICY_H

#include "base/arena.h"
#include "base/error.h"
#include "large/patterns.h"
#include "wire/frame.h"
#include "wire/statement.h"
#include "wire/table.h"

/*
 * How many persons the levels of one seal may ask for: a seal is shown BUNDLE_ACTS_MAX acts, of which one is the application and one each the table, the state
 * and the session. An application that wanted more would be approved and never open it.
 */
enum { CH_POLICY_PERSONS_MAX = BUNDLE_ACTS_MAX - 4 };

struct ch_rule {
	struct span role, act, pattern;
	unsigned line;
};

struct ch_policy_level {
	struct span seal;
	uint64_t number;
	struct level level;
	unsigned line;
};

/* When somebody is told that a decision is overdue. It gives nobody a right. */
struct ch_policy_reminder {
	struct span seal;
	uint64_t number, after; /* the level; seconds since the application was last moved on */
	struct span role;	/* escalate: whom to tell; empty: those who have to decide */
	unsigned line;
};

struct ch_policy {
	uint8_t digest[SHA256_SIZE];
	uint64_t gap;
	struct ch_rule *rules;
	size_t rule_count;
	struct ch_policy_level *levels; /* in the order of the text: each seal's from 1 without gap */
	size_t level_count;
	struct ch_policy_reminder *reminders; /* in the order of the text */
	size_t reminder_count;
	bool says_large; /* otherwise it stays as it was before */
	struct ch_patterns large; /* then the state fills in what that was */
};

/* Reads the text; MALFORMED-RECORD names the line. Spans point into the text, which must outlive the policy. */
const struct ch_error *ch_policy_read(struct ch_policy *policy, struct span text, struct ch_arena *arena);

/* The first line that lets somebody with these roles do this; NULL: refused. */
const struct ch_rule *ch_policy_allows(const struct ch_policy *policy, struct span roles, struct span act, struct span subject);

/* The same of something below that path, whatever it is. */
const struct ch_rule *ch_policy_allows_below(const struct ch_policy *policy, struct span roles, struct span act, struct span path);

/* Not acts, but what a drive that many share lets somebody do: see an area; put something into drop/, from where it comes into that space. */
extern const char CH_POLICY_READ[], CH_POLICY_DROP[];

/* The first line that lets somebody do that; whoever may save there may do both. */
const struct ch_rule *ch_policy_drops(const struct ch_policy *policy, struct span roles, struct span space);
const struct ch_rule *ch_policy_sees(const struct ch_policy *policy, struct span roles, struct span area);

/* The levels of a seal; returns their number, 0 when the policy has none: nobody may apply for it. */
unsigned ch_policy_levels(struct level out[TABLE_LEVELS_MAX], const struct ch_policy *policy, struct span seal);

#endif
