curl -L -X GET 'https://maps.example.com/maps/api/geocode/json?address=1600%20Amphitheatre%20Parkway,%20Mountain%20View&key=AIzaSyA-0123456789abcdef'
