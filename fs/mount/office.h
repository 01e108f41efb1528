/*
 * Who asks, on a mount of many users, and what the policy lets him have there.
 *
 * A user of this machine is the person of the archive whose id is the name of his account; who has none is nobody. The drive's own user, to whom the archive
 * belongs, and root have what they could read without the mount anyway.
 *
 * Rights are those of areas: the first two components of a path in the tree of main ("files/hr", "seals/S-0007", "people/ab"), also of its past. A person sees
 * an area when a line `Allow: <role> read <pattern>` of the policy in force fits it, or one that lets him save there; he changes what lies in a space with the
 * latter only. Of what he does not see there are no names. Everything here is under the drive's lock.
 */
#ifndef MOUNT_OFFICE_H
#define MOUNT_OFFICE_H

#include <stdint.h>
#include <sys/types.h>

#include "base/map.h"
#include "records/policy.h"
#include "register/state.h"

struct inode;

enum office_want { OFFICE_SEE, OFFICE_CHANGE };

/* Of a directory that lies before all areas: the root, history/ and what is directly below it; and of what came when there were no more numbers. */
enum { OFFICE_NO_AREA = 0, OFFICE_LOST_AREA = UINT16_MAX };

struct office_area {
	const char *path;
	uint16_t number;
	bool whole; /* two components; else the directory that has areas */
};

struct office_user {
	uid_t uid;
	gid_t gid;	    /* of the account */
	struct span person; /* empty: nobody */
	uint8_t *verdicts;  /* by area: what office_may() has said, until people or policy change */
	size_t verdict_count;
};

struct office {
	struct ch_arena arena; /* of policy and roles, which change together */
	struct ch_policy policy;
	struct ch_map roles; /* id of a person -> struct span */
	struct office_user *users; /* that have asked, since it was last learnt who is who */
	size_t user_count;

	struct ch_arena lasting; /* of areas, which stay */
	struct ch_map numbers;	 /* path -> struct office_area */
	struct office_area **areas; /* by number, from 1 */
	size_t area_count;
};

void office_release(struct office *office);

/* What the register says of people and policy by now. */
void office_learn(struct office *office, const struct ch_state *state);

/* Asks again who a uid is: accounts may have changed. */
void office_forget_users(struct office *office);

/* The person behind a uid, an empty span: none. And the group of the account. */
struct span office_person(struct office *office, uid_t uid);
gid_t office_group(struct office *office, uid_t uid);

/* The area of an entry of a directory, which there is: areas are never forgotten. */
uint16_t office_area(struct office *office, const struct inode *directory, const char *name);

/* Do names in a directory of that area differ from person to person? */
bool office_differs(const struct office *office, uint16_t area);
/* Is it a directory of areas, "files"? */
bool office_has_areas(const struct office *office, uint16_t area);

bool office_may(struct office *office, uid_t uid, uint16_t area, enum office_want want);

/* The space that an area is, and the person whom its save is to name when this user changes something there. False: nobody, or it is no space. */
bool office_credit(struct span *space, struct span *person, struct office *office, uid_t uid, uint16_t area);

/* May somebody put something into drop/<folder>/, from where it comes into files/<folder>? Whoever may save there may. */
bool office_may_drop(struct office *office, struct span person, const char *folder);

/* The same of an entry that there need not be. */
bool office_may_name(struct office *office, uid_t uid, const struct inode *directory, const char *name, enum office_want want);

#endif
