curl 'https://api.example.com/upload' \
  -H 'content-type: multipart/form-data; boundary=----WebKitFormBoundaryABC123' \
  --data-raw $'------WebKitFormBoundaryABC123\r\nContent-Disposition: form-data; name="title"\r\n\r\nHello\r\n------WebKitFormBoundaryABC123\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n\r\n------WebKitFormBoundaryABC123--\r\n'
