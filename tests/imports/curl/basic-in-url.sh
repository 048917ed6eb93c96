curl -sSL 'https://ann:p%40ss-word-1@intranet.example.com/report?year=2024'
