curl https://api.example.com/a --data-binary @payload.xml -H 'Content-Type: application/xml'
curl https://api.example.com/b --data-raw 'plain words' -H 'Content-Type: text/plain'
curl https://api.example.com/c -d 'just words'
curl https://api.example.com/d -d a=1 -d b=2 -d a=3
curl https://api.example.com/e -d ''
curl https://api.example.com/f --data-urlencode 'q=a b&c' --data-urlencode '=x=y' -d 'z=%ff'
curl https://api.example.com/g --url-query 'page=2' --url-query 'q=a b' -d name=x
