# From Postman's snippets, where no environment was chosen
curl --location --globoff 'https://{{host}}/api/{{ version }}/orders?key={{apiKey}}' \
--header 'X-Tenant: {{tenant}}' \
--header 'Authorization: Bearer {{accessToken}}' \
--data '{"template": "Hello {{name}}"}'

curl --globoff '{{baseUrl}}/login' -u '{{user}}:{{password}}'
