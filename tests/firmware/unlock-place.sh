#!/bin/bash
# Where a seal is used: by gpsd, or as one says; held against the place that was applied for, before travelling and there.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../ports.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"

office_sim
approved --presses 5 --place 31.2304,121.4737 --radius 500 --fresh 3600 --not-after +5d

check_status 0 as bob seal-unlock -n "$APPLICATION"
cut -f 2- out | sed -E 's/[0-9-]{10}T[0-9:]{8}Z/TIME/g' >told
check_output told <<<'5	nothing: 5 of 5 presses are left	TIME	TIME	within 500 m of 31.2304,121.4737'
check_status 0 as bob seal-unlock -n --position 31.2313,121.4737 "$APPLICATION"
check_has out 'within 500 m of 31.2304,121.4737: 100 m away'
check_status 1 as bob seal-unlock -n --position 31.2404,121.4737 "$APPLICATION"
check_output err <<<'seal-unlock: it was applied for to be used within 500 m of 31.2304,121.4737; this is 1112 m away from there'
check_status 1 unlock --presses 1
check_output err <<<'seal-unlock: it was applied for to be used within 500 m of 31.2304,121.4737: say --position LAT,LON, or --position gpsd'
check_status 1 unlock --presses 1 --position 39.9042,116.4074
check_has err 'm away from there'
check_status 2 unlock --position nowhere
check_status 0 unlock --presses 1 --position 31.2304,121.4740
check_status 0 seal-log
check_has out '	31.2304,121.4740	yes'
check_status 75 unlock --presses 1 --position gpsd:localhost:9
check_output err <<<"seal-unlock: gpsd cannot be reached at 'localhost:9'; say --position LAT,LON"

# A receiver's sentences by UDP, as gpsd takes them.
command -v gpsd >/dev/null || skip 'no gpsd'
sentence() {
	local body=$1 sum=0 i
	for ((i = 0; i < ${#body}; i++)); do sum=$((sum ^ $(printf '%d' "'${body:i:1}"))); done
	printf '$%s*%02X\r\n' "$body" "$sum"
}
gpsd -N -n -S "$port" "udp://127.0.0.1:$((port + 1))" >gpsd.log 2>&1 &
gpsd=$!
while kill -0 "$gpsd" 2>/dev/null; do
	now=$(date -u +%H%M%S.00)
	{
		sentence "GPRMC,$now,A,3113.8240,N,12128.4220,E,000.0,000.0,$(date -u +%d%m%y),,,A"
		sentence "GPGGA,$now,3113.8240,N,12128.4220,E,1,08,0.9,10.0,M,0.0,M,,"
	} >"/dev/udp/127.0.0.1/$((port + 1))" 2>/dev/null || true
	sleep 0.2
done &
feeding=$!
trap 'kill "$gpsd" "$feeding" 2>/dev/null; wait' EXIT
wait_for listens "$port"
check_status 0 unlock --presses 1 --position "gpsd:localhost:$port"
check_has err 'seal-unlock: gpsd says: 31.230400,121.473700'
seal-log | cut -f 7,8 | tail -n 1 >last
check_output last <<<'31.230400,121.473700	yes'
