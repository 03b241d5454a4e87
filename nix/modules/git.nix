# What git calls, as `agepatch git setup` registers it in a repository; a test holds the two together.
program: {
  diff.agepatch.textconv = "${program} textconv";
  merge.agepatch = {
    name = "encrypted files, merged by meaning";
    driver = "${program} merge-file --driver %O %A %B %P";
  };
}
