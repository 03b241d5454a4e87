//! Documents that are not files: stdin, and documents inside values.

mod faulty_values;
mod nested;
mod public;
mod stdin;
mod value_commands;
mod values;
