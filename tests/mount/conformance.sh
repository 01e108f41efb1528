#!/bin/bash
# System calls and their errors, as conformance/ has them: on the drive all but those that conformance/expected lists, each with its reason; and as
# the control, on the file system that the tests run on.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

cases=()
for file in "$SRC"/tests/mount/conformance/*; do
	[ "${file##*/}" = expected ] || cases+=("$file")
done

# Nobody but root gives files away and makes devices, anywhere.
mkdir control
: >control.expected
[ "$(id -u)" = 0 ] || cat >control.expected <<'END'
attributes: the owner: chown a 65534 65534: EPERM instead of 0
names: what is no file: device b: EPERM instead of 0
END
case $(stat -f -c %T control) in
ext2/ext3 | tmpfs | xfs)
	check_status "$([ -s control.expected ] && echo 1 || echo 0)" conform control "${cases[@]}"
	check_output out <control.expected
	;;
*) echo "no control on $(stat -f -c %T control)" ;;
esac

archive
drive
mkdir "$DRIVE/files/lib"
conform "$DRIVE/files/lib" "${cases[@]}" >found || true
cut -f 1 "$SRC/tests/mount/conformance/expected" >expected
grep -vP '\t.' "$SRC/tests/mount/conformance/expected" && fail "no reason is given"
check_output found <expected
[ "$(id -u)" = 0 ] || skip 'some of it is closed to who is not root; the rest passed'

# All of it is on main as it is on the drive, but for what git reads in a repository, and after a crash the drive is as it was.
chancery-commit -q
git clone -q "$CHANCERY_ARCHIVE" clone
mkdir -p "$TEST_DIR/work/clone/files/lib"
(cd clone/files/lib && find . -type f | sort) >committed
(cd "$DRIVE/files/lib" && find . -type f ! -name '.git*' | sort) >there
check_output committed <there
while read -r path; do cmp "clone/files/lib/$path" "$DRIVE/files/lib/$path"; done <there
(cd "$DRIVE/files/lib" && find . | sort) >before
drive_kill
drive
(cd "$DRIVE/files/lib" && find . | sort) >after
check_output after <before
drive_end
