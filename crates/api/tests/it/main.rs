//! What can be said of the edge without a tenant behind it.

mod openapi;
mod outside;
