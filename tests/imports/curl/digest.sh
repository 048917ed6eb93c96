curl --digest -uann:secret-words-9 https://camera.example.com/cgi-bin/status
