package report

// The scripts of a report for a tracker, see recipe. {words} are filled in. A line that begins with a letter and a bar is there only for
// some: V where there were viewers, S for a key that comes back late, U for viewers without media, H for those who were kept.

// scriptTools are what all scripts use. An ffmpeg that is ready has all but its connection, and waits for its input; NAME is the name of
// its pipe and of the variable with its number.
const scriptTools = `
media() { ffmpeg -nostdin -v error -f lavfi -i testsrc=size=$2:rate=25 -t 60 -c:v libx264 -preset ultrafast -g 25 $1; }
ready() { mkfifo $1; ffmpeg -nostdin -v quiet -re -f flv -i $1 -c copy -f flv "$RTMP" & printf -v $1 %s $!; }
feed() { cat $2 > $1 & }
ends() { for ((t = 0; t < $2; t++)); do kill -0 $1 || return 0; sleep 0.1; done; return 1; }
stop() { for p; do kill -KILL $p; wait $p; done; }
U| served() { [ "$(curl -sN -m 10 "$HTTP" | head -c 2000 | wc -c)" = 2000 ]; }
V| dead() { curl -s -m 1 "$HTTP" -o seen; [ $? = 7 ]; }
fail() { echo "$*"; exit 125; }
dir=$(mktemp -d) && cd "$dir" || exit 125
trap 'kill -KILL $(jobs -p); wait; cd /; rm -rf "$dir"' EXIT
exec 2> log
`

const scriptReturn = `
media a.flv 160x120
ready first; feed first a.flv; old=$first
ends $old 20 && fail "{nobody}"
for ((n = 1; n <= ROUNDS; n++)); do
V|   for i in {viewers}; do curl -sN -m 30 "$HTTP" -o seen.$i & viewer[i]=$!; done
S|   curl -sN -m 30 "$HTTP" -o slow & slow=$!
  ready new$n; ready again$n; ready last$n; sleep 1
  new=new$n again=again$n last=last$n
S|   kill -STOP $slow
  ((wait = {gap} - n * 7 % {leads} * {step}))
  if ((wait > 0)); then kill -{leave} $old; sleep $((wait / 1000)).$(printf %03d $((wait % 1000))); feed $new a.flv
  else feed $new a.flv; sleep 0.$(printf %03d $((-wait))); kill -{leave} $old; fi
  if ends ${!new} 20; then
    stop $old; sleep {grace}; feed $again a.flv
    if ends ${!again} 20; then
V|       dead && { echo "{died}"; return 1; }
      echo "{refused}"
      sleep {longer}; feed $last a.flv
      if ends ${!last} 20; then echo "{still}"; else echo "{back}"; fi
V|       for i in 1 2 3; do dead && { echo "{died}"; break; }; done
      return 1
    fi
    new=$again
  fi
V|   dead && { echo "{died}"; return 1; }
U|   if ! ends ${!new} 1 && ! served && ! ends ${!new} 1; then echo "{silent}"; return 1; fi
H|   for i in {viewers}; do
H|     was=$(wc -c < seen.$i); sleep 4
H|     if kill -0 ${viewer[i]} && [ "$(wc -c < seen.$i)" = "$was" ] && ! ends ${!new} 1; then echo "{held}"; return 1; fi
H|   done
V|   stop ${viewer[@]}
S|   kill -KILL $slow
  [ $new = $again ] || stop ${!again}
  stop ${!last}; old=${!new}
done
echo "{not}"
`

const scriptContend = `
command -v ffprobe > log || fail "ffprobe?"
media a.flv {first}x120; media b.flv {second}x240
strange() { ffprobe -v quiet -select_streams v -show_entries frame=width -of csv=p=0 $1 < /dev/null | grep -c {second}; }
for ((n = 1; n <= ROUNDS; n++)); do
  ready one$n; ready two$n; one=one$n two=two$n
  feed $one a.flv
  ends ${!one} 20 && fail "{nobody}"
  curl -sN -m 30 "$HTTP" -o early.flv & viewer=$!
  sleep 2; feed $two b.flv
  sleep 3
  if kill -0 ${!one} && kill -0 ${!two}; then echo "{double}"; return 1; fi
  stop ${!two}; sleep 1
  curl -sN -m 3 "$HTTP" -o late.flv
  stop $viewer
  if kill -0 ${!one} && (($(strange early.flv) + $(strange late.flv))); then echo "{mixed}"; return 1; fi
  stop ${!one}; sleep {grace}
done
echo "{not}"
`

const scriptStale = `
command -v ffprobe > log || fail "ffprobe?"
media a.flv {first}x120; media b.flv {second}x240
stale() { ffprobe -v quiet -select_streams v -show_entries frame=width -of csv=p=0 $1 < /dev/null | grep -c {first}; }
for ((n = 1; n <= ROUNDS; n++)); do
  ready one$n; ready two$n; one=one$n two=two$n
  feed $one a.flv
  ends ${!one} 20 && fail "{nobody}"
  curl -sN -m 30 "$HTTP" -o early.flv & viewer=$!
  sleep 2; kill -{leave} ${!one}; sleep {grace}
  feed $two b.flv
  ends ${!two} 20 && fail "{nobody}"
  curl -sN -m 4 "$HTTP" -o late.flv
  stop $viewer ${!two}
  if (($(stale late.flv))); then echo "{stale}"; return 1; fi
  sleep {grace}
done
echo "{not}"
`

const scriptOpening = `
command -v ffprobe > log || fail "ffprobe?"
media a.flv {first}x120
for ((n = 1; n <= ROUNDS; n++)); do
  ready one$n; ready two$n; one=one$n two=two$n
  feed $one a.flv
  ends ${!one} 20 && fail "{nobody}"
  curl -sN -m 30 "$HTTP" -o early.flv & early=$!
  sleep 2; kill -{leave} ${!one}; sleep {grace}
  curl -sN -m 20 "$HTTP" -o in-gap.flv & gap=$!
  sleep 1; feed $two a.flv
  ends ${!two} 30 && fail "{nobody}"
  curl -sN -m 4 "$HTTP" -o after.flv
  stop $early $gap ${!two}
  for who in early in-gap after; do
    [ "$(wc -c < $who.flv)" -lt 4000 ] && continue
    ffprobe -v quiet -select_streams v -show_entries stream=width -of csv=p=0 $who.flv < /dev/null | grep -q {first} && continue
    echo "{headless}"; return 1
  done
  sleep {grace}
done
echo "{not}"
`

const scriptLeak = `
media a.flv 160x120
port=${RTMP#*://}; port=${port%%/*}; [ "${port/:/}" = "$port" ] && port=x:1935; port=${port##*:}
pid=${SERVER_PID:-$(ss -Hltnp "sport = :$port" | grep -oE 'pid=[0-9]+' | head -n 1 | cut -d = -f 2)}
ls /proc/$pid/fd > fds || fail "{pid}"
left() { ls /proc/$pid/fd | wc -l; }
publishes() {
  for ((k = 0; k < $2; k++)); do
    ready $1$k; each=$1$k; feed $each a.flv
    ends ${!each} 10 && fail "{nobody}"
    kill -{leave} ${!each}; sleep 0.3; stop ${!each}; sleep {grace}
  done
}
publishes warm 5; sleep 3; before=$(left)
publishes more 20; sleep 10; after=$(left)
if ((after - before >= 16)); then echo "{kept}"; return 1; fi
echo "{kept}"
`
