curl -H 'X-A: 1' https://api.example.com/a https://api.example.com/b --next -d x=1 https://api.example.com/c
