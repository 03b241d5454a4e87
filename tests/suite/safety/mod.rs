//! No secret leaks, no file is lost, and nothing from outside is run or printed literally.

mod checkout;
mod crashes;
mod error_texts;
mod held_back;
mod hostile_logs;
mod hostile_text;
mod inputs;
mod interference;
mod interrupted;
mod killed;
mod leaks;
mod nonsense;
mod patch_set;
mod raw_secrets;
mod reveal;
