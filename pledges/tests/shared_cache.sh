#!/usr/bin/env bash
# The site behind the caches that others run, and curl that resumes: pledges/tests/shared_cache.sh
#
# Starts the site with its data in a folder of its own, nginx and Squid in front (Debian: apt install nginx squid;
# what is not installed is left out), and downloads each file through them: at first, once the cache has to ask
# whether its copy is still good, and from the middle on. Every copy must be the file. No part of `make test`.
set -euo pipefail
cd "$(dirname "$0")/../.."
PATH="$PATH:/usr/sbin"
folder=$(mktemp -d)
site=http://127.0.0.1:8791
files=(en/pledges.csv en/pledges.xlsx en/pledges.jsonl en/pledges.json en/pledges.zip "ar/pledges.csv?country=FR"
  en/releases/2016-11.zip api/v1/pledges static/img/preview.png)
# its own address is in the files: else no two copies are equal
as_site=(-H "Host: ${site#http://}")
failures=0
processes=()

clean_up() {
  kill "${processes[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$folder"
}
trap clean_up EXIT

tell() { # result, words
  printf '%-6s %s\n' "$@"
  [[ $1 == ok ]] || failures=$((failures + 1))
}

await() { # address
  for _ in {1..100}; do curl -s -o /dev/null "$1" && return; sleep 0.1; done
  echo "nothing answers at $1" >&2
  exit 1
}

same() { # words, file, other
  if cmp -s "$2" "$3"; then tell ok "$1"; else tell WRONG "$1: $(stat -c %s "$3") bytes, not $(stat -c %s "$2")"; fi
}

start_site() {
  export SQLITE_PATH=$folder/pledges.sqlite3
  .venv/bin/python manage.py migrate --verbosity 0
  .venv/bin/python manage.py seed >/dev/null
  .venv/bin/python manage.py make_release 2016-11 --site "$site" >/dev/null
  PORT=8791 LOG_LEVEL=ERROR .venv/bin/gunicorn --config pledges/gunicorn.py pledges.wsgi 2>"$folder/site.log" &
  processes+=($!)
  await "$site/healthz"
}

start_nginx() {
  cat >"$folder/nginx.conf" <<CONFIGURATION
daemon off; pid $folder/nginx.pid; error_log $folder/nginx.log; $( ((UID)) || echo "user root;")
events {}
http {
  access_log off; client_body_temp_path $folder/body; proxy_temp_path $folder/temporary;
  fastcgi_temp_path $folder/f; uwsgi_temp_path $folder/u; scgi_temp_path $folder/s;
  proxy_cache_path $folder/nginx keys_zone=site:1m;
  server {
    listen 127.0.0.1:8792;
    location / {
      proxy_pass $site; proxy_http_version 1.1; proxy_set_header Host 127.0.0.1:8791;
      # what the site allows to keep for a minute is old after a second: no need to wait longer
      proxy_cache site; proxy_cache_revalidate on; proxy_ignore_headers Cache-Control Vary; proxy_cache_valid 200 1s;
      add_header X-Cache \$upstream_cache_status always;
    }
  }
}
CONFIGURATION
  nginx -c "$folder/nginx.conf" 2>/dev/null &
  processes+=($!)
  await http://127.0.0.1:8792/healthz
}

start_squid() {
  cat >"$folder/squid.conf" <<CONFIGURATION
http_port 127.0.0.1:8793 accel vhost
cache_peer 127.0.0.1 parent 8791 0 no-query no-digest originserver
http_access allow all
cache_mem 64 MB
maximum_object_size_in_memory 32 MB
access_log none
cache_log $folder/squid.log
pid_filename none
coredump_dir $folder
shutdown_lifetime 0 seconds
CONFIGURATION
  chmod 777 "$folder"
  squid -N -f "$folder/squid.conf" 2>/dev/null &
  processes+=($!)
  await http://127.0.0.1:8793/healthz
}

# What a 304 says of itself: no length that could be taken for that of the file
for_caches() { # path
  local tag headers
  tag=$(curl -sI "$site/$1" | tr -d '\r' | sed -n 's/^etag: //Ip')
  headers=$(curl -s -o /dev/null -D - -H "If-None-Match: $tag" "$site/$1" | tr -d '\r')
  if [[ $headers == "HTTP/1.1 304"* ]] && ! grep -qi '^content-length' <<<"$headers"; then
    tell ok "$1: 304 without a length"
  else
    tell WRONG "$1: ${headers//$'\n'/ | }"
  fi
}

resumed() { # words, address, whole
  head -c $(($(stat -c %s "$3") / 2)) "$3" >"$folder/part"
  curl -s "${as_site[@]}" -C - -o "$folder/part" "$2" || true
  same "$1, from the middle on" "$3" "$folder/part"
}

through() { # cache, its address, path, whole
  curl -s "${as_site[@]}" -o "$folder/first" "$2/$3"
  same "$1 $3, at first" "$4" "$folder/first"
  sleep 2.1
  for time in second third; do
    # Squid asks the site again when a client wants nothing old; nginx when its own time is over
    curl -s "${as_site[@]}" -H 'Cache-Control: max-age=0' -D "$folder/headers" -o "$folder/$time" "$2/$3"
    same "$1 $3, a $time time ($(grep -i '^x-cache:' "$folder/headers" | tr -d '\r' || echo 'not kept'))" "$4" "$folder/$time"
  done
  resumed "$1 $3" "$2/$3" "$4"
}

start_site
for path in "${files[@]}"; do
  curl -sf -o "$folder/whole" "$site/$path"
  [[ -s $folder/whole ]] || tell WRONG "$path is empty"
  for_caches "$path"
  resumed "curl $path" "$site/$path" "$folder/whole"
done
for cache in nginx squid; do
  command -v "$cache" >/dev/null || { tell ok "$cache is not installed: left out"; continue; }
  "start_$cache"
  address=http://127.0.0.1:$([[ $cache == nginx ]] && echo 8792 || echo 8793)
  for path in "${files[@]}"; do
    curl -sf -o "$folder/whole" "$site/$path"
    through "$cache" "$address" "$path" "$folder/whole"
  done
done
((failures == 0)) && echo "All copies are whole." || { echo "$failures failures"; exit 1; }
