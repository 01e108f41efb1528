#!/bin/bash
# The way of an honest client, firmware and cable included: the seal opens for what was approved, and for no more.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"

office_sim
approved --presses 3

check_status 0 unlock --presses 2
cat out err
check_status 0 unlock --presses 1
check_status 1 unlock --presses 1
cat out err
