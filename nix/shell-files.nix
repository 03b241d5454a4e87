# That the package brings its completions and its manual.
{ runCommand, agepatch }:
runCommand "agepatch-shell-files" { } ''
  for file in \
    share/bash-completion/completions/agepatch.bash \
    share/zsh/site-functions/_agepatch \
    share/fish/vendor_completions.d/agepatch.fish \
    share/elvish/lib/agepatch.elv \
    share/nushell/vendor/autoload/agepatch.nu
  do
    test -s ${agepatch}/$file || { echo "the package has no $file"; exit 1; }
  done
  ls ${agepatch}/share/man/man1/agepatch-show.1* > /dev/null
  touch $out
''
