# What one needs to work on agepatch: what builds it, and the tools of its tests.
{
  mkShell,
  agepatch,
  cargo,
  clippy,
  rustfmt,
  age,
  git,
  openssh,
}:
mkShell {
  inputsFrom = [ agepatch ];
  packages = [
    cargo
    clippy
    rustfmt
    age
    git
    openssh
  ];
}
