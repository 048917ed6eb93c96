$ curl -N https://api.openai.com/v1/responses -H "Content-Type: application/json" -H "Authorization: Bearer ${OPENAI_API_KEY}" -d '{"model": "gpt-4.1", "input": "Tell me a story.", "stream": true}'
