curl -I https://download.example.com/big.iso
curl -r 0-1023 -o part.bin https://download.example.com/big.iso
curl -H 'Accept:' -H 'X-Empty;' -H @headers.txt --http2 https://download.example.com/
