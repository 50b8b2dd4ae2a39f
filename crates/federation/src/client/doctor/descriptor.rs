//! Step 5: it describes itself as a server of this protocol (section 6).

use http::StatusCode;
use scaiwave_engine::doctor::{Finding, Step};
use scaiwave_protocol::descriptor::Descriptor;
use scaiwave_protocol::json::parse_body;
use scaiwave_protocol::{Json, ServerName};

use crate::client::transport::Answer;

const PROXY: &str = "A proxy does not pass `/.well-known/scaiwave/server` on to the server, or no \
                     ScaiWave server lives under that name.";
const PROXY_FIX: &str = "Ask the other admin to open https://<name>/.well-known/scaiwave/server in a \
                         browser: it must show the server's descriptor.";

/// The descriptor, if the answer is one of that server.
pub(super) fn check(
    server: &ServerName,
    answer: &Answer,
    findings: &mut Vec<Finding>,
) -> Option<Descriptor> {
    match judge(server, answer) {
        Ok(descriptor) => {
            let found = format!("It does: {}.", software(&descriptor));
            findings.push(Finding::ok(Step::Descriptor, found));
            Some(descriptor)
        }
        Err(finding) => {
            findings.push(*finding);
            None
        }
    }
}

/// It did not get as far as an answer.
pub(super) fn not_had(why: &str) -> Finding {
    let found = format!(
        "Its descriptor cannot be had: {}.",
        why.trim_end_matches('.')
    );
    Finding::failed(Step::Descriptor, found, PROXY, PROXY_FIX)
}

fn judge(server: &ServerName, answer: &Answer) -> Result<Descriptor, Box<Finding>> {
    if answer.status != StatusCode::OK {
        let status = answer.status.as_u16();
        return Err(Box::new(not_had(&format!("it answered HTTP {status}"))));
    }
    let parsed = parse_body(&answer.body).and_then(Descriptor::parse);
    let descriptor = parsed.map_err(|malformed| {
        Box::new(Finding::failed(
            Step::Descriptor,
            format!("What it answers is no descriptor: {malformed}."),
            "Another service answers there, or something on the way changes what the server says, so \
             that its signature does not verify.",
            PROXY_FIX,
        ))
    })?;
    if descriptor.server_name() != server {
        return Err(Box::new(Finding::failed(
            Step::Descriptor,
            format!(
                "It describes itself as {}, which is another name.",
                descriptor.server_name()
            ),
            "The name that was asked for leads to a server with another one, or a port is missing or too \
             many in it.",
            "Use the name that it gives; or let the other admin lead each name to its own tenant: a \
             proxy must pass the header Host unchanged.",
        )));
    }
    if !descriptor.speaks_v1() {
        return Err(Box::new(Finding::failed(
            Step::Descriptor,
            "It speaks no version of the protocol that this server speaks.",
            "One of the two servers is much older than the other.",
            "Upgrade the older one.",
        )));
    }
    Ok(descriptor)
}

fn software(descriptor: &Descriptor) -> String {
    let software = descriptor.as_json().get("software");
    let word = |member| {
        let word = software.and_then(|software| software.get(member));
        // What a stranger calls itself may be anything.
        let letters = |c: &char| c.is_ascii_graphic() || *c == ' ';
        let text = word.and_then(Json::as_str).unwrap_or("?");
        text.chars().filter(letters).take(40).collect::<String>()
    };
    format!("{} {}, protocol v1", word("name"), word("version"))
}
