curl.exe -X POST "https://api.example.com/v1/notes" `
  -H "Authorization: Bearer $env:NOTES_TOKEN" `
  -H 'Content-Type: application/json' `
  -d '{\"title\": \"It''s here\"}'
