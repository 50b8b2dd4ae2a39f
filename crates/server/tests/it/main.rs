//! Tests of the built program, as an operator runs it. One binary, one module for each topic.

#[cfg(feature = "acme")]
mod acme;
mod backup;
mod bad_input;
mod command_line;
mod configuration;
mod crowds;
mod damaged;
mod handshake;
mod harness;
mod health;
mod kill;
mod logs;
mod metrics;
mod oidc;
mod one_process;
mod operations;
mod operator;
mod proxies;
mod raw_http;
mod tls;
mod tutorial;
mod two_servers;
