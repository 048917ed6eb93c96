curl -X POST -H 'Content-type: application/json; charset=utf-8' -H 'Authorization: Bearer xoxb-0000-0000-abcdefghijkl' --data '{"channel":"C123456","text":"Hello, <!here> it is <<late>>"}' https://slack.com/api/chat.postMessage
curl -X POST -H 'Content-type: application/json' --data '{"text":"Hello, World!"}' https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX
