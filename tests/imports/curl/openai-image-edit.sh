curl -s -X POST "https://api.openai.com/v1/images/edits" \
  -H "Authorization: Bearer $OPENAI_API_KEY" \
  -F "model=gpt-image-1" \
  -F "image[]=@body-lotion.png" \
  -F "image[]=@soap.png;type=image/png;filename=soap-1.png" \
  -F 'prompt=Create a lovely gift basket with these items in it' | jq -r '.data[0].b64_json' | base64 --decode > gift-basket.png
