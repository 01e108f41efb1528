/* The drive's table of inodes: found by id and by name, ids never used again, as many slots as live at once. */
#include "mount/inode.h"

#include <string.h>

#include "test.h"

static const struct view *const a_view = (const struct view *)"a view", *const another = (const struct view *)"another";
static struct inode_table table;

static void
names_are_found(void)
{
	struct inode *root, *a, *b;
	char name[] = "name";

	inode_table_init(&table);
	root = inode_new(&table, a_view, true);
	CHECK_EQUAL(root->id, 1);
	a = inode_child_of_view(&table, root->id, name, a_view, false);
	name[0] = 'g';
	CHECK(inode_child(&table, root->id, "name") == a && inode_child(&table, root->id, name) == NULL &&
		inode_child(&table, a->id, "name") == NULL);
	CHECK(inode_child_of_view(&table, root->id, "name", a_view, false) == a);
	CHECK(inode_parent(&table, a) == root);
	b = inode_child_of_view(&table, root->id, "name", another, false);
	CHECK(b != a && inode_child(&table, root->id, "name") == b && inode_parent(&table, a) == NULL);
	inode_set_name(&table, b, root->id, b->name);
	CHECK_EQUAL(strcmp(b->name, "name"), 0);
	inode_set_key(&table, b, root->id, SPAN_LITERAL("other"));
	CHECK(b->name == NULL && inode_child(&table, root->id, "other") == b && inode_child(&table, root->id, "name") == NULL);
	inode_table_release(&table);
}

/* A directory that is gone is not taken for the one that has its slot now. */
static void
ids_are_not_used_again(void)
{
	struct inode *child;
	uint64_t id;

	inode_table_init(&table);
	id = inode_new(&table, a_view, true)->id;
	child = inode_child_of_view(&table, id, "child", a_view, false);
	inode_free(&table, inode_get(&table, id));
	CHECK(inode_get(&table, id) == NULL && inode_parent(&table, child) == NULL);
	for (int i = 0; i < 10; i++) {
		struct inode *next = inode_new(&table, a_view, true);

		CHECK(next->id != id && (uint32_t)next->id == (uint32_t)id && inode_get(&table, id) == NULL &&
			inode_get(&table, next->id) == next);
		CHECK(inode_child(&table, next->id, "child") == NULL && inode_parent(&table, child) == NULL);
		inode_free(&table, next);
	}
	CHECK_EQUAL(table.used, 2);
	CHECK(inode_get(&table, 0) == NULL && inode_get(&table, 3) == NULL && inode_get(&table, 1ULL << 40) == NULL);
	inode_table_release(&table);
}

static void
many_are_found(void)
{
	enum { MANY = 100000 };
	static struct inode *made[MANY];
	char name[16];
	int missed = 0;

	inode_table_init(&table);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		made[i] = inode_new(&table, a_view, false);
		inode_set_key(&table, made[i], (uint64_t)(1 + i % 7), span_text(name));
	}
	for (int i = 0; i < MANY; i += 2)
		inode_free(&table, made[i]);
	CHECK_EQUAL(table.count, MANY / 2);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		if (inode_child(&table, (uint64_t)(1 + i % 7), name) != (i % 2 ? made[i] : NULL))
			missed++;
	}
	CHECK_EQUAL(missed, 0);
	for (int i = 0; i < MANY / 2; i++)
		inode_new(&table, a_view, false);
	CHECK_EQUAL(table.used, MANY);
	inode_table_release(&table);
}

int
main(void)
{
	names_are_found();
	ids_are_not_used_again();
	many_are_found();
	return test_result();
}
