#include "remote.h"

#include "register/partial.h"

static const struct ch_error *
unreached(const struct ch_remote *remote, const struct ch_git_result *result, struct ch_arena *arena)
{
	struct span url = remote->origin.url;
	const char *why;
	enum ch_link link = ch_answer_link(&why, result->err, arena);
	const char *advice = ch_origin_is_web(url) ? ch_answer_advice(link, why) : "";

	if (result->given_up)
		return ch_fail(CH_LATER, "nothing was heard from '%.*s' for too long; try again later", (int)url.len, (const char *)url.data);
	if (link == CH_LINK_DENIED)
		return ch_fail(CH_REFUSED, "'%.*s' does not let us in: %s%s", (int)url.len, (const char *)url.data, why, advice);
	if (link == CH_LINK_ABSENT && !remote->known)
		return ch_fail(CH_REFUSED, "there is no register at '%.*s': %s", (int)url.len, (const char *)url.data, why);
	return ch_fail(CH_LATER, "'%.*s' cannot be reached: %s%s", (int)url.len, (const char *)url.data, why, advice);
}

static const char *
text(struct span span, struct ch_arena *arena)
{
	return ch_arena_text(arena, span);
}

const struct ch_error *
ch_remote_fetch(const struct ch_remote *remote, struct ch_arena *arena)
{
	const char *client = text(remote->origin.client, arena);
	const char *const arguments[] = {
		"fetch", "--progress", "--prune", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules", "--",
		text(remote->origin.url, arena), "+refs/heads/main:" CH_FETCHED,
		ch_arena_format(arena, "+refs/promises/%s/*:refs/offered/%s/*", client, client), NULL,
	};
	struct ch_git_result result;
	const struct ch_error *error;

	if ((error = ch_git_run(&result, &remote->git, arguments, arena)))
		return error;
	return result.status == 0 ? NULL : unreached(remote, &result, arena);
}

const struct ch_error *
ch_remote_fetch_view(const struct ch_remote *remote, const char *into, struct ch_arena *arena)
{
	const char *const arguments[] = {
		"fetch", "--progress", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules", "--",
		text(remote->origin.view, arena), "+" CH_VIEW_REF ":" CH_VIEW_REF, NULL,
	};
	const struct ch_remote view = {{into, remote->git.environment, remote->git.patience, remote->git.whole}, {.url = remote->origin.view}, remote->known};
	struct ch_git_result result;
	const struct ch_error *error;

	if ((error = ch_git_run(&result, &view.git, arguments, arena)))
		return error;
	return result.status == 0 ? NULL : unreached(&view, &result, arena);
}

/* Nothing but the outbox, and as new references only: git refuses to move one that is there. */
const struct ch_error *
ch_remote_push(struct ch_push_answer *answer, const struct ch_remote *remote, const char *again, struct ch_arena *arena)
{
	const char *client = text(remote->origin.client, arena);
	const char *const arguments[] = {
		"push", "--progress", "--porcelain", "--no-verify", "--no-signed", "--recurse-submodules=no", "--", text(remote->origin.url, arena),
		again ? again : ch_arena_format(arena, "refs/acts/%s/*:refs/acts/%s/*", client, client), NULL,
	};
	struct ch_git_result result;
	const struct ch_error *error;
	struct ch_pushed pushed;
	struct span rest;
	bool any = false, new = false;

	if ((error = ch_git_run(&result, &remote->git, arguments, arena)))
		return error;
	*answer = (struct ch_push_answer){.taken = result.status == 0, .said = result.err};
	for (rest = result.out; ch_answer_pushed(&pushed, &rest);) {
		any = any || pushed.refused;
		new = new || pushed.new;
		answer->there = answer->there || pushed.there;
	}
	answer->there = answer->there && !new;
	return answer->taken || any ? NULL : unreached(remote, &result, arena);
}
