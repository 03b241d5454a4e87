# A secret that came from elsewhere.
printf 'from-elsewhere\n' > new-secret.txt
