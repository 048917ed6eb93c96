curl -X GET "https://api.datadoghq.com/api/v1/events?start=1700000000&end=1700003600" \   
-H "Accept: application/json" \
-H "DD-API-KEY: ${DD_API_KEY}" \
-H "DD-APPLICATION-KEY: ${DD_APP_KEY}"
