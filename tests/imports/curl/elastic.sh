curl -XGET "localhost:9200/my-index/_search?pretty" -H 'Content-Type: application/json' -d'
{
  "query": { "match": { "user.id": "kimchy" } },
  "size": 1.0
}
'
curl -XPOST -u elastic:changeme-now 'localhost:9200/_bulk' -H 'Content-Type: application/x-ndjson' --data-binary $'{"index":{"_id":"1"}}\n{"field":"value"}\n'
