curl --location "https://api.mistral.ai/v1/chat/completions" \
     --header 'Accept: application/json' \
     --header "Authorization: Bearer $MISTRAL_API_KEY" \
     --json @- <<EOF
{
  "model": "$MODEL",
  "n": ${COUNT:-1},
  "messages": [{"role": "user", "content": "Costs \$5 in $CITY"}]
}
EOF
