//! A file that is not on disk as such: stdin, and documents inside values.

mod nested;
mod public;
mod stdin;
mod values;
