curl -H "Authorization: token ghp_abcdefghijklmnopqrstuvwxyz0123456789" 'https://api.github.com/search/repositories?q=tetris+language:assembly&sort=stars&order=desc&per_page=5'
