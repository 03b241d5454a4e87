# The key that a reader has.
mkdir -p ~/.ssh
echo "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAdgGbvzjWz/Qf6b9ubkwQzHQcwH0VHzs+RNPmsoOG6X me" > ~/.ssh/id_ed25519.pub
