curl.exe https://api.example.com/v1/notes -H "Content-Type: application/json" -d @'
{"title": "Two
lines"}
'@
