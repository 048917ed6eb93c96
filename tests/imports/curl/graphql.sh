curl 'https://countries.example.com/graphql' \
  -H 'content-type: application/json' \
  --data-raw $'{"query":"query country($code: ID\u0021) {\\n  country(code: $code) {\\n    name\\n  }\\n}","variables":{"code":"KR"},"operationName":"country"}' \
  --compressed
