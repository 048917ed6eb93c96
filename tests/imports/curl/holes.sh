curl -X GET https://api.example.com/users/{user_id}/orders/{{order}}?expand=items&limit=10 -H 'X-Api-Key: YOUR_API_KEY' -H 'Authorization: ApiKey ...'
