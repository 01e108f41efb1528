#!/bin/bash
# A report is opened by a spreadsheet and a browser: what somebody wrote into an application is text there, no formula and no markup. The page asks nobody for
# anything, has no script, and is the same whoever makes it when.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

# application TITLE: approved, used once without a photo; its press is declared void with the same words.
application() {
	APPLICATION=$(as bob seal-apply --document "$TEST_DIR/contract.txt" --title "$1" --reason "$1" S-0007 | cut -f 2)
	APPLICATION=${APPLICATION##*/}
	as carol seal-approve -q "$APPLICATION"
	as dave seal-approve -q "$APPLICATION"
	use "$APPLICATION" 1 0
	as bob seal-photo -q --void "$1" "$APPLICATION"
}

office_seals
application '=HYPERLINK("http://example.org/"&A1,"look")'
application '@SUM(1+1)*cmd|calc'
application '-2+3'
application '+1 555 0100'
application '<script>alert(1)</script><img src=x onerror=alert(2)>"'\'''
application 'Twelve desks, as "agreed"'

check_status 0 chancery-report --month --csv -o report.csv seal
[ "$(wc -l <report.csv)" -eq 7 ] || fail 'not a row for each press'
python3 - report.csv >fields <<'END'
import csv, sys
for row in list(csv.reader(open(sys.argv[1], newline='', encoding='utf-8-sig')))[1:]:
    assert row[5:7] == ['bob', 'Bob Li'], row
    print(row[8], row[13], row[9], row[10], sep='\t')
END
[ "$(head -c 3 report.csv | od -An -tx1)" = ' ef bb bf' ] || fail 'Excel takes it for no UTF-8'
lines() { for text; do printf '%s\t%s\t31.2304\t121.4737\n' "$text" "$text"; done; }
lines "'=HYPERLINK(\"http://example.org/\"&A1,\"look\")" "'@SUM(1+1)*cmd|calc" "'-2+3" "'+1 555 0100" \
	'<script>alert(1)</script><img src=x onerror=alert(2)>"'\''' 'Twelve desks, as "agreed"' >expected
check_output fields <expected

# Every field of every row begins as a text or a number does.
python3 - report.csv <<'END'
import csv, re, sys
for row in csv.reader(open(sys.argv[1], newline='', encoding='utf-8-sig')):
    for field in row:
        assert not field or re.fullmatch(r'-?[0-9.]+', field) or field[0] not in '=+-@\t\r', field
END

check_status 0 chancery-report --month --html -o report.html seal
check_has report.html '&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;&quot;&#39;' 'Twelve desks, as &quot;agreed&quot;'
check_has report.html '<td>Bob Li<br><span class="key">bob</span></td>' '>Bob Li (bob)</text>'
python3 - report.html <<'END'
import html.parser, sys
known = set('html head meta title style body h1 h2 p div b svg text rect line table tr th td br span img'.split())
class Reader(html.parser.HTMLParser):
    def handle_starttag(self, tag, attributes):
        assert tag in known, tag
        for name, value in attributes:
            assert not name.startswith('on') and name != 'href', name
            assert name != 'src' or value.startswith('data:image/jpeg;base64,'), value
Reader().feed(open(sys.argv[1]).read())
END

# The same bytes again, by somebody else; another register, another report.
cp report.html first.html
check_status 0 as carol chancery-report --month --html -o report.html seal
cmp report.html first.html
application 'One more'
check_status 0 chancery-report --month --html -o report.html seal
! cmp -s report.html first.html || fail 'the report does not change'

# Of one person only: also of the sessions that nothing has come of.
apply frank S-0007
as carol seal-approve -q "$APPLICATION"
as dave seal-approve -q "$APPLICATION"
as frank paper-seal session "$APPLICATION" 1 none
people() { chancery-report --month --person "$1" seal | awk -F '\t' '$1 ~ /^2/ { print $4 } $1 == "unproven" { print $1, $3 }' | sort -u; }
people bob >named
check_output named <<<bob
people frank >named
check_output named <<<'unproven frank'
