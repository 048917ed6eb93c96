curl -i -X POST https://login.example.com/oauth2/token \
  -H 'Content-Type: application/x-www-form-urlencoded' \
  -d 'grant_type=client_credentials&client_id=reports&client_secret=s3cr3t-0123456789&scope=https://graph.example.com/.default'
