curl -X POST "https://your-shop.myshopify.com/admin/api/2024-01/products.json" \
-H "X-Shopify-Access-Token: shpat_0123456789abcdef" \
-H "Content-Type: application/json" \
-d '{"product":{"title":"Tea","status":"draft","password":"gift-0123"}}'
