curl -x http://ann:pr0xy-secret@proxy.example.com:3128 --cacert ca.pem --cert client.pem:pass --key client.key --max-redirs 3 -L https://internal.example.com/
curl --noproxy '*' -x proxy.example.com:8080 --no-location https://internal.example.com/b
curl -x socks5://localhost:1080 https://internal.example.com/c
