#!/usr/bin/env bash
# Makes the pictures of README.md anew: the demo is made, played in tmux, and its screens are drawn by
# ui/uitest/picture. Needs Go and tmux. Run it from anywhere: assets/readme/make.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
work=$(mktemp -d)
trap 'tmux -S "$work/tmux" kill-server 2>/dev/null || true; rm -rf "$work"' EXIT

go build -o "$work/crmsync" .
go build -o "$work/picture" ./ui/uitest/picture
export HOME=$work # the demo's key and nothing of yours
"$work/crmsync" demo --once --dir "$work/demo" >/dev/null
crm() { "$work/crmsync" --dir "$work/demo" "$@"; }
# A person whose page has something of each kind: saved for Tomás, and here confirmed by hand and written to.
person="Ziad El-Badawy"
record=$(crm search --json "$person" | grep -o '003[[:alnum:]]\{15\}' | head -1)
crm match accept "$record" >/dev/null
crm --as tomas.arrieta@ostrevik.example activity add --with "$record" --subject "Met at the fair" --body "Wants a quote" >/dev/null
crm --as tomas.arrieta@ostrevik.example activity add --with "$record" --kind call --subject "Asked about delivery" --duration 12m >/dev/null
crm writeback run >/dev/null

term() { env -u TMUX tmux -S "$work/tmux" -f /dev/null "$@"; }
# open THEME: a console on the demo, 112 by 34
open() {
  term new-session -d -x 112 -y 34 "env TERM=xterm-256color COLORTERM=truecolor '$work/crmsync' --dir '$work/demo' --theme $1"
  sleep 3
}
close() { term send-keys C-c; sleep 1; term kill-server 2>/dev/null || true; }
# press KEYS…: with a rest after each, as a person types
press() { for key in "$@"; do term send-keys "$key"; sleep 0.7; done; sleep 1; }
shot() { term capture-pane -e -p >"$work/$1.txt"; }

# The still pictures, dark and light.
for theme in dark light; do
  flag=""; [ "$theme" = light ] && flag="-light"
  open "$theme"
  press 4; shot matches
  press F "$person" Enter Enter; shot person
  "$work/picture" $flag -title "The matches with the evidence for each" -o "$here/matches-$theme.svg" "$work/matches.txt"
  "$work/picture" $flag -title "The page of a person: what the CRM holds, activities, saves, decisions" -o "$here/person-$theme.svg" "$work/person.txt"
  close
done

# The one that moves: home, matches, accept, undo, a re-match, a trial step by step, the palette.
open dark
shot 01; press 4; shot 02; press j j; shot 03; press a; shot 04; press u; shot 05
press m; shot 06; press Escape 5 ] ]; shot 07
press Enter; shot 08; press y
sleep 2; shot 09
press 2; shot 10; press : t r i; shot 11
close
"$work/picture" -title "crmsync: review, accept, undo, re-match, rehearse writeback" -o "$here/tour.svg" \
  "$work/01.txt@1800" "$work/02.txt@1800" "$work/03.txt@1200" "$work/04.txt@1500" "$work/05.txt@1500" "$work/06.txt@2200" \
  "$work/07.txt@1800" "$work/08.txt@2200" "$work/09.txt@2600" "$work/10.txt@1800" "$work/11.txt@2200"
ls -l "$here"
