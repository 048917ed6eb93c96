C:\Users\ann> curl -X POST "https://api.example.com/v1/notes" ^
  -H "Authorization: Bearer %NOTES_TOKEN%" ^
  -H "Content-Type: application/json" ^
  -d "{\"title\": \"A & B\", \"tags\": [\"x\"]}"
