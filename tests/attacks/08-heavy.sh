#!/bin/bash
# A push that is small and stands for much: directories without end, in one directory or below each other, a file of a few kilobytes that unpacks to half a gigabyte, a commit with
# parents by the thousand. The receiver is done with each within bounds.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../cheating.sh"

office
git() { command git -C "$CHANCERY_ARCHIVE" "$@"; }
blob=$(echo x | git hash-object -w --stdin)
save() { # save TREE: of the space whose directory that is
	local tree
	tree=$(git mktree --missing <<<"040000 tree $(git mktree --missing <<<"040000 tree $1	d1")	files")
	forge act -d -t "$tree" -p none save files/d1 Journal="0123456789abcdef0123456789abcdef $((++n))" Changes-SHA256="$(printf '%064d' 0)"
}
n=0

# A file as a delta: 64 times the 8 MiB of zeros before it, and once more.
perl -MCompress::Zlib=compress -MDigest::SHA=sha1 -e '
	sub size { my ($first, $n) = @_; my $s = ""; while ($n) { $s .= chr($first | 0x80); $first = $n & 127; $n >>= 7 } $s . chr $first }
	sub varint { my $n = shift; my $s = ""; while ($n > 127) { $s .= chr($n & 127 | 128); $n >>= 7 } $s . chr $n }
	my ($base, $times) = (8 << 20, 65);
	my $sha = Digest::SHA->new(1)->add("blob " . $base * $times . "\0");
	$sha->add("\0" x $base) for 1 .. $times;
	my $zeros = "\0" x $base;
	my $delta = varint($base) . varint($base * $times) . "\xf0\0\0\x80" x $times;
	my $first = sub { my ($type, $n) = @_; size($type << 4 | $n & 15, $n >> 4) };
	my @objects = ($first->(3, $base) . compress($zeros));
	push @objects, $first->(6, length $delta) . offset(length $objects[0]) . compress($delta);
	sub offset { my $n = shift; my $s = chr($n & 127); while ($n >>= 7) { $s = chr(--$n & 127 | 128) . $s } $s }
	my $pack = "PACK" . pack("NN", 2, 2) . join "", @objects;
	open my $out, ">", $ARGV[0]; print $out $pack . sha1($pack); print $sha->hexdigest, "\n"' bomb.pack >bomb

git index-pack --stdin <bomb.pack >index
[ "$(git cat-file -s "$(cat bomb)")" -gt $((512 << 20)) ] || fail 'no bomb'
[ "$(stat -c %s bomb.pack)" -lt 10000 ] || fail 'no small one'

# kept_out MESSAGE COMMIT: the hook says so, and nothing is registered. The same act with one file that is what it says is let in.
kept_out() {
	door 1 "$2"
	check_output err <<<"$1"
}
act=$(save "$(git mktree <<<"100644 blob $(cat bomb)	a")")
kept_out "TOO-LONG: file $(cat bomb): longer than the format allows: $((512 << 20)) bytes" "$act"
door 0 "$(save "$(git mktree <<<"100644 blob $blob	a")")"

# Directories: 65 of them below each other, where 64 will do; one of more than 8 MiB.
deep=$(git mktree <<<"100644 blob $blob	a")
for _ in {1..61}; do deep=$(git mktree <<<"040000 tree $deep	a"); done
door 0 "$(save "$deep")"
for _ in 1 2; do deep=$(git mktree <<<"040000 tree $deep	a"); done
kept_out 'LIMIT: more than 64 directories deep' "$(save "$deep")"
for _ in {1..10}; do deep=$(git mktree <<<"040000 tree $deep	a"); done
deep=$(save "$deep")
refused LIMIT 'more than 64 directories deep' "$deep" -t "$(git rev-parse 'main^{tree}')"
wide=$(for i in {100000..249999}; do printf '100644 blob %s\tmuch-longer-than-short-%s\n' "$blob" "$i"; done | git mktree)
wide=$(save "$wide")
kept_out "TOO-LONG: tree $(git rev-parse "$wide:files/d1"): longer than the format allows: $((8 << 20)) bytes" "$wide"

# Parents.
many() { # many N
	git cat-file commit "$deep" | awk -v n="$1" -v parent="$(main)" 'NR == 2 { for (; n > 0; n--) print "parent " parent } { print }' | git hash-object -t commit -w --literally --stdin
}
barred MALFORMED-COMMIT 'the commit is not in canonical form' "$(many 40)"
barred TOO-LONG 'longer than the format allows' "$(many 100000)"

# Directories, each of a size that is let in, and too many; the first 16 of them.
directories() { # directories N: entries of a tree, each a directory of nearly 8 MiB
	perl -e 'my ($n, $blob) = @ARGV; for my $d (1 .. $n) {
		open my $to, ">", "directory.$d"; printf $to "100644 much-longer-than-short-%02d%06d\0%s", $d, $_, pack "H*", $blob for 1 .. 140000 }' "$1" "$blob"
	for ((d = 1; d <= $1; d++)); do printf '040000 tree %s\t%s\n' "$(git hash-object -t tree -w "$PWD/directory.$d")" "$d" && rm "directory.$d"; done
}
directories 17 >many
door 0 "$(save "$(head -n 16 many | git mktree)")"
kept_out 'LIMIT: directories of more than 128 MiB in one push; push it in parts' "$(save "$(git mktree <many)")"

# Acts behind each other: nobody need have signed them to be kept out.
first=$(save "$(git mktree <<<"100644 blob $blob	a")")
chain() { # chain N: the last of as many
	git cat-file commit "$first" | perl -MDigest::SHA=sha1_hex -0777 -e 'my $raw = <STDIN>; my ($tip, $n) = @ARGV; for (2 .. $n) {
		(my $next = $raw) =~ s/^(tree .*\n)/$1parent $tip\n/; open my $to, ">", "chain.$_"; print $to $next; close $to;
		$tip = sha1_hex("commit " . length($next) . "\0$next") } print "$tip\n"' "$first" "$1" >tip
	find "$PWD" -name 'chain.*' | git hash-object -t commit -w --stdin-paths >written
	rm chain.*
	cat tip
}
door 1 "$(chain 800)"
check_has err 'BAD-SIGNATURE: the signature does not fit the bytes and the key'
kept_out 'LIMIT: more than 800 acts in one push; push them in parts' "$(chain 801)"
