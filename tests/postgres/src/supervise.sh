# Runs one PostgreSQL as long as whoever started this lives: when the input ends, the server does too.
# Each line of input is one order; when it was carried out, it is said back.
folder=$1
postgres=$2
shift 2
server=
begin() {
  "$postgres" -D "$folder/data" -k "$folder" -c "listen_addresses=" "$@" >>"$folder/log" 2>&1 </dev/null &
  server=$!
}
end() {
  if [ -n "$server" ]; then
    kill "-$1" "$server" 2>/dev/null
    wait "$server" 2>/dev/null
  fi
  server=
}
while read -r order; do
  case $order in
    # Again, when it did not start: what a killed server left behind may still have been there.
    begin)
      end KILL
      begin "$@"
      ;;
    *) end "$order" ;;
  esac
  echo "$order"
done
end QUIT
rm -rf "$folder"
