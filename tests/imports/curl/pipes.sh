echo '{"a": 1}' | curl --json @- https://api.example.com/a
cat body.json | curl -d @- -H 'Content-Type: application/json' https://api.example.com/b
printf 'x=%s' "$VALUE" |
  curl --data-binary @- https://api.example.com/c | python -m json.tool
curl https://api.example.com/d | grep -q ok || exit 1
