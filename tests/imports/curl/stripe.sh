# Create a payment intent
curl https://api.stripe.com/v1/payment_intents \
  -u "sk_test_4eC39HqLyjWDarjtT1zdp7dc:" \
  -d amount=2000 \
  -d currency=usd \
  -d "automatic_payment_methods[enabled]"=true \
  -d "metadata[order]=6735 / a"

# List customers
curl -G https://api.stripe.com/v1/customers \
  -u "sk_test_4eC39HqLyjWDarjtT1zdp7dc:" \
  -d limit=3 \
  --data-urlencode "email=jenny@example.com"

# Cancel it
curl -X POST https://api.stripe.com/v1/payment_intents/pi_123/cancel -u "sk_test_4eC39HqLyjWDarjtT1zdp7dc:"
