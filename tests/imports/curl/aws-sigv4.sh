curl "https://abc123.execute-api.eu-central-1.amazonaws.com/prod/items" \
  --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
  -H "x-amz-security-token: $AWS_SESSION_TOKEN" \
  --aws-sigv4 "aws:amz:eu-central-1:execute-api"
