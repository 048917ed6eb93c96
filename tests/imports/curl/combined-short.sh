curl -sSLXDELETE -uadmin:changeit-please -m5 --connect-timeout 2.5 --retry 3 --retry-delay 1 -kHX-Trace:1 -A 'my client' -e https://ref.example.com/ localhost:8080/items/7
