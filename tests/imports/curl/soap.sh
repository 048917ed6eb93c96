curl -X POST -H "Content-Type: text/xml; charset=utf-8" -H 'SOAPAction: "http://example.com/Add"' -d '<?xml version="1.0"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">
  <soap:Body><Add><a>1</a></Add></soap:Body>
</soap:Envelope>' http://www.example.com/calculator.asmx
