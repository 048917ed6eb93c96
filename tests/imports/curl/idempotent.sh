curl https://api.example.com/charges -H "Idempotency-Key: $(uuidgen)" -H "X-Sent-At: $(date +%s)" -H "X-Signature: `sign it`" -d amount=1
