#!/bin/bash
# The oracle of the crash tests: of a write that returned less than was asked for, what was still under way when the file system went may be there, as far as to
# the end of some page; what had returned must be.
. "$(dirname "$0")/../lib.sh"

# A load that ends with appending across the end of a page, in a file system that did not go.
seed=0
until
	seed=$((seed + 1))
	rm -rf tree
	mkdir tree
	load run tree "$PWD/log" "$seed" 40
	read -r _ op path _ _ asked _ <<<"$(tail -n 2 log)"
	size=$(stat -c %s "tree/$path" 2>/dev/null || echo 0)
	returned=$((4096 - (size - asked) % 4096))
	[ "$op" = append ] && [ "$returned" -lt "$asked" ]
do [ "$seed" -lt 500 ]; done
check_status 0 load check tree log kill
check_status 0 load check tree log fault

sed -i "\$s/.*/E 0 $returned/" log
check_status 0 load check tree log kill
check_status 1 load check tree log fault # nothing was under way
echo 'B unlink a - 0 0 0' >>log
echo 'E -1 0' >>log
check_status 0 load check tree log kill

# As much as was under way may be missing, not more, and not some of a page.
for less in 1 $((asked - returned + 1)) $((asked - returned)); do
	cp "tree/$path" whole
	truncate -s $((size - less)) "tree/$path"
	check_status $((less != asked - returned)) load check tree log kill
	cp whole "tree/$path"
done
