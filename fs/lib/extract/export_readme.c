#include "export.h"

/* What MANIFEST's `Format` makes of README: an extract is put together again as it was, and compared. */
struct checks {
	const char *outcome, *acts, *authority, *seal;
};

static const struct checks format_1 = {
	"",
	"    export GNUPGHOME=$(mktemp -d)\n"
	"    gpg -q --import keys/*.asc\n"
	"    for f in acts/*.asc register/*.asc; do gpg --verify $f ${f%.asc}.payload || echo BAD $f; done\n"
	"\n"
	"   'Good signature' is what counts. That gpg knows nobody who vouches for these keys is no surprise: whose they\n"
	"   are is said by the acts in ground.bundle (4). Compare the fingerprints of the registrar and of the\n"
	"   administrators with those that the company has published.\n",
	"    cat policy/rules.*\n",
	"    for f in files/receipts.*; do test -e $f || continue\n"
	"    awk -v d=$W/ '/^Format:/ { n++; o = d n \".receipt\" } /^-----BEGIN/ { o = d n \".receipt.asc\" } { print >o }' $f\n"
	"    for r in $W/*.receipt; do gpg --verify $r.asc $r || echo BAD $f; done; grep -h . $W/*.receipt; rm -f $W/*.receipt*; done\n"
	"\n"
	"   A photo is files/photos/<counter>.jpg; the receipt with that counter has its digest as Watch.\n",
};

/* Who has signed is compared with whom it names, and what the authority and the seal stand on with what was signed. */
static const struct checks format_2 = {
	"\n"
	"All is well when nothing says BAD, MISSING, FAILED or fatal, and diff finds no difference.\n",
	"    export GNUPGHOME=$(mktemp -d) GIT_PAGER=cat\n"
	"    gpg -q --import keys/*.asc\n"
	"    signed() { K=$(sed -n '/^Key: /{s///p;q;}' $2)\n"
	"    gpg --status-fd 1 --verify $1 $2 | grep -i \"VALIDSIG ${K:-none} \" >/dev/null; }\n"
	"    for f in acts/*.asc register/*.asc; do signed $f ${f%.asc}.payload || echo BAD $f; done\n"
	"\n"
	"   That gpg knows nobody who vouches for these keys is no surprise: whose they are is said by the acts in\n"
	"   ground.bundle (4), where an act 'key' names as To the person whose key its Subject is. Compare the fingerprints\n"
	"   of the registrar, here, and of the administrators, in the founding act, with those that the company has published:\n"
	"\n"
	"    grep -h '^Key: ' register/*.payload | sort -u\n",
	"    cat policy/rules.*\n"
	"\n"
	"   These acts, too, are signed by the keys that they name, and accepted by pages; the policies are those that they set:\n"
	"\n"
	"    for c in $(git -C $W/ground rev-list --glob=refs/ground); do git -C $W/ground cat-file commit $c >$W/c\n"
	"    sed '/^gpgsig/,/^ -----END/d' $W/c >$W/p\n"
	"    sed -n '/^gpgsig /,/^ -----END/{s/^gpgsig //;s/^ //;p;}' $W/c >$W/s\n"
	"    signed $W/s $W/p || echo BAD $c\n"
	"    grep -q \"^Accepted: $(sha256sum <$W/p | cut -c 1-64)\" register/*.payload || echo MISSING $c; done\n"
	"    for f in policy/*; do git -C $W/ground log --glob=refs/ground/policy --format=%B |\n"
	"    grep \"^Content-SHA256: $(sha256sum <$f | cut -c 1-64)\" >/dev/null || echo BAD $f; done\n",
	"    K=$(git -C $W/ground log --glob=refs/ground/seals --format=%B | sed -n 's/^Device-Key: //p')\n"
	"    for f in files/receipts.*; do test -e $f || continue; D=\n"
	"    awk -v d=$W/ '/^Format:/ { o = d sprintf(\"%06d\", ++n) \".receipt\" } /^-----BEGIN/ { o = o \".asc\" } { print >o }' $f\n"
	"    for r in $W/*.receipt; do gpg --status-fd 1 --verify $r.asc $r |\n"
	"    sed -n 's/^.*VALIDSIG \\([0-9A-F]*\\) .*/\\1/p' | grep -ixF \"$K\" >/dev/null || echo BAD $f\n"
	"    grep -q \"^Previous-SHA256: $D\" $r || echo BAD $f; D=$(sha256sum <$r | cut -c 1-64); cat $r; done\n"
	"    rm -f $W/*.receipt*; done\n"
	"\n"
	"   A photo is files/photos/<counter>.jpg, and the receipt with that counter has its digest as Watch; or it was taken\n"
	"   later and is press-<counter>.jpg, and an act 'seal-photo' has its digest as Photo-SHA256:\n"
	"\n"
	"    for f in files/photos/*; do test -e $f || continue; cat files/receipts.* acts/*.payload |\n"
	"    grep -E \"^(Watch: photo|Photo-SHA256:) $(sha256sum <$f | cut -c 1-64)\" >/dev/null || echo BAD $f; done\n",
};

/* Every indented line is a command for a POSIX shell; tests run them all, in order. */
static const char text[] =
	"%.*s\n"
	"\n"
	"This directory proves one application to use a seal: what was applied for, who decided, under which authority, and\n"
	"what the seal did. It comes from the archive '%.*s' and can be checked with sha256sum, gpg and git alone.\n"
	"\n"
	"  Archive      %.*s\n"
	"  Subject      %.*s\n"
	"  Last act     %s\n"
	"  on page      %llu of the register, %s\n"
	"\n"
	"files/ has the application as the archive has it; its document is in files/attachments/. Each decision is a file\n"
	"named <act>.<level>.<person>. Everything else here proves these files.\n"
	"\n"
	"With our software one command does all of this, and more:  chancery-verify FILE.tar\n"
	"\n"
	"Without it, run the indented commands in this directory, in this order, in one shell.\n"
	"%s"
	"\n"
	"\n"
	"1. Nothing was damaged\n"
	"\n"
	"    sha256sum --quiet -c SHA256SUMS\n"
	"\n"
	"2. Each act and each page of the register is signed by the key that it names\n"
	"\n"
	"%s"
	"\n"
	"3. The application's chain is a git repository of its own\n"
	"\n"
	"    W=$(mktemp -d)\n"
	"    git clone -q chain.bundle $W/chain\n"
	"    git -C $W/chain fsck --strict\n"
	"    git -C $W/chain log --all --show-signature\n"
	"    for r in $(git -C $W/chain for-each-ref --format='%%(objectname)'); do\n"
	"    git -C $W/chain archive $r | tar -x -C $W; done\n"
	"%s"
	"    diff -r files \"$W/%.*s\"\n"
	"\n"
	"   The id of an act is the SHA-256 of what was signed. The pages accept exactly these:\n"
	"\n"
	"    for f in acts/*.payload; do grep -l \"^Accepted: $(sha256sum <$f | cut -c 1-64)\" register/*.payload || echo MISSING $f; done\n"
	"\n"
	"   Every decision names, as Subject-SHA256, the digest of the application's statement, and that names, as\n"
	"   Subject-SHA256 and Document-SHA256, the digests of files/record and of the document:\n"
	"\n"
	"    sha256sum files/apply.0.* files/record files/attachments/*\n"
	"    grep -h SHA256 acts/*.payload\n"
	"\n"
	"4. The authority: founding, policy, people, keys, the seal's enrolment\n"
	"\n"
	"    git init -q $W/ground\n"
	"    git -C $W/ground fetch -q \"$PWD/ground.bundle\" 'refs/ground/*:refs/ground/*'\n"
	"    git -C $W/ground log --glob=refs/ground --show-signature\n"
	"%s"
	"\n"
	"5. What the seal did: each receipt is signed by the key made on the seal, and names the digest of the one before\n"
	"\n"
	"%s"
	"\n"
	"\n"
	"What this cannot prove: that nothing newer exists. A withdrawal registered later than page %llu is not in here.\n"
	"Ask the archive for the application's last act and compare it with 'Last act' above, or give it to our software:\n"
	"chancery-verify --head %llu:%s FILE.tar\n";

/* Only where there are any. */
static const char pointers[] =
	"\n"
	"   In the chain a photo is a pointer of git-lfs: three lines that name the SHA-256 of what is here in files/photos/.\n"
	"\n"
	"    for f in files/photos/*; do p=$W/%.*s/photos/${f##*/}; grep -aqs '^oid sha256:' \"$p\" || continue\n"
	"    echo \"$(sed -n 's/^oid sha256://p' \"$p\")  $f\" | sha256sum --quiet -c && cp \"$f\" \"$p\"; done\n";

/* Only where there is one. */
static const char stamped[] =
	"\n"
	"\n"
	"Time-stamp: somebody else's word for when all this was there at the latest (RFC 3161)\n"
	"\n"
	"stamps/token.%llu.tsr is over page %llu of the register. Each page names, as Previous-SHA256, the digest of the page before, from page\n"
	"%llu on without gap, so that what an authority has seen of that page it has seen of all acts here. With the certificates of\n"
	"authorities that you trust in a file, of which CA is the name (their certificates are judged at the token's time: by now they may have expired):\n"
	"\n"
	"    openssl ts -reply -in stamps/token.%llu.tsr -text\n"
	"    at=$(date -d \"$(openssl ts -reply -in stamps/token.%llu.tsr -text | sed -n 's/^Time stamp: //p')\" +%%s)\n"
	"    test -z \"${CA:-}\" || openssl ts -verify -attime $at -data register/%06llu.payload -in stamps/token.%llu.tsr -CAfile \"$CA\"\n"
	"    d=; for f in $(seq -f register/%%06.0f.payload %llu %llu); do grep -q \"^Previous-SHA256: $d\" $f || echo BAD $f\n"
	"    d=$(sha256sum <$f | cut -c 1-64); done\n"
	"\n"
	"Or, with our software:  chancery-verify --tsa-ca \"$CA\" FILE.tar\n";

static struct span
with_stamp(const char *readme, const struct ch_evidence *evidence, unsigned long long first)
{
	struct ch_arena *arena = &evidence->state->arena;
	const struct ch_entry *stamp = evidence->selection.stamp;
	unsigned long long page;

	if (stamp == NULL)
		return span_text(readme);
	page = ch_entry_subject(evidence->state, stamp)->name.number;
	return span_text(ch_arena_format(arena, "%s%s", readme, ch_arena_format(arena, stamped, page, page, first, page, page, page, page, first, page)));
}

struct span
ch_export_readme(const struct ch_evidence *evidence, const struct ch_tarball *tarball, bool large)
{
	struct ch_arena *arena = &evidence->state->arena;
	const struct checks *checks = evidence->format == 1 ? &format_1 : &format_2;
	struct span directory = tarball->directory, archive = evidence->state->id, name = evidence->state->name, tip;
	const char *with = "";
	unsigned long long seq;
	struct ch_manifest m;
	char received[TIME_TEXT + 1];

	ch_export_manifest(&m, evidence);
	text_put_time(received, m.received);
	tip = ch_arena_hex(arena, m.tip, SHA256_SIZE);
	seq = m.seq;
	if (large)
		with = ch_arena_format(arena, pointers, (int)m.subject.len, (const char *)m.subject.data);
	return with_stamp(ch_arena_format(arena, text, (int)directory.len, (const char *)directory.data, (int)name.len, (const char *)name.data,
					 (int)archive.len, (const char *)archive.data, (int)m.subject.len, (const char *)m.subject.data,
					 (const char *)tip.data, seq, received, checks->outcome, checks->acts, with, (int)m.subject.len,
					 (const char *)m.subject.data, checks->authority, checks->seal, seq, seq, (const char *)tip.data),
			  evidence, seq);
}
