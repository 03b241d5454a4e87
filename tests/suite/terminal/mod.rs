//! What a person sees: colors, verbosity, suggestions.

mod colors;
mod suggestions;
mod verbosity;
