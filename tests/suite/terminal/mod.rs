//! What users see: colours, verbosity, suggestions.

mod colors;
mod suggestions;
mod verbosity;
