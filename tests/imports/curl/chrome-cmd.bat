curl ^"https://shop.example.com/api/cart?lang=en^&ts=1700000000^" ^
  -H ^"accept: application/json, text/plain, */*^" ^
  -H ^"content-type: application/json^" ^
  -b ^"sessionid=3f9a2c7be1d24c55; theme=dark^" ^
  -H ^"sec-ch-ua: ^\^"Chromium^\^";v=^\^"131^\^"^" ^
  -H ^"user-agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64)^" ^
  --data-raw ^"^{^\^"sku^\^":^\^"tea-42^\^",^\^"count^\^":2,^\^"note^\^":^\^"100^% ^& more^\^"^}^"
