//! A file that is not on disk as such: stdin, and documents inside values.

mod nested;
mod stdin;
mod values;
