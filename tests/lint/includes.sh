#!/bin/bash
# Dependencies go one way: wire <- lib <- {link, match, render} <- {mount, tools}, and wire <- firmware. Includes tell.
. "$(dirname "$0")/../lib.sh"
cd "$SRC"

bad=0

# included PATTERN DIRECTORY...: file:line:name of each include in those directories (not below) whose name matches.
included() {
	local pattern=$1 directory
	shift

	for directory; do
		find "$directory" -maxdepth 1 -name '*.[ch]' -o -maxdepth 1 -name '*.cc'
	done | xargs -r grep -HnE '^ *# *include' | sed -E 's/^([^:]*:[0-9]+):.*include *([<"][^>"]*).*/\1:\2/' | grep -E ":$pattern" || true
}

refuse() {
	local layer=$1 found=$2

	[ -z "$found" ] || { printf '%s must not include:\n%s\n' "$layer" "$found"; bad=1; }
}

existing() { for directory; do [ ! -d "$directory" ] || echo "$directory"; done; }

freestanding='<(assert|limits|stdbool|stddef|stdint|string)\.h'
refuse fs/lib/wire "$(included '<' fs/lib/wire | grep -vE ":$freestanding" || true)"
for found in $(included '"' fs/lib/wire); do
	[ -f "fs/lib/wire/${found##*\"}" ] || refuse fs/lib/wire "$found"
done

refuse firmware/core "$(included '<' firmware/core | grep -vE ":$freestanding" || true)"
for found in $(included '"' firmware/core); do
	name=${found##*\"}
	[[ $name == wire/* || -f firmware/$name || -f firmware/core/$name ]] || refuse firmware/core "$found"
	[[ $name != */port/* && $name != port/* ]] || refuse firmware/core "$found"
done

# Within the library each room stands on those before it.
rooms=(wire base store large transfer keys foreign records register stamp intake sync seal drive extract tell)
above=("${rooms[@]}")
for room in "${rooms[@]}"; do
	above=("${above[@]:1}")
	[ ${#above[@]} -eq 0 ] || refuse "fs/lib/$room" "$(included "\"($(IFS='|' && echo "${above[*]}"))/" "fs/lib/$room")"
done
[ "$(find fs/lib -mindepth 1 -maxdepth 1 | wc -l)" -eq $((${#rooms[@]} + 1)) ] || refuse fs/lib 'files outside its rooms'

mapfile -t library < <(find fs/lib -type d -not -path fs/lib/wire)
mapfile -t beside < <(existing fs/link fs/match fs/render)
mapfile -t tools < <(existing tools)
refuse fs/lib "$(included '(<|")(fuse|getopt|err\.h|link/|match/|render/|mount/|\.\./|core/)' "${library[@]}")"
refuse 'beside lib' "$(included '(<|")(fuse|getopt|err\.h|mount/|core/)' "${beside[@]}")"
refuse tools "$(included '(<|")(fuse|mount/|core/|port/)' "${tools[@]}")"
refuse fs/mount "$(included '(<|")(link/|match/|core/|port/)' fs/mount)"

exit "$bad"
