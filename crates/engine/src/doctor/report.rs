use std::fmt::Write as _;

use scaiwave_protocol::ServerName;

/// A step of the way, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The name leads to addresses.
    Name,
    /// They are addresses that anybody may be reached at.
    Address,
    /// Something listens there.
    Connection,
    /// It proves that it is meant by the name.
    Tls,
    /// It describes itself as a server of this protocol.
    Descriptor,
    /// Its key is believed here.
    Key,
    /// Its clock agrees with ours.
    Clock,
    /// This tenant's policy admits it.
    Policy,
    /// It takes a signed request of ours.
    EchoThere,
    /// It can reach us.
    EchoBack,
}

impl Step {
    /// All of them, in order.
    pub const ALL: [Step; 10] = [
        Step::Name,
        Step::Address,
        Step::Connection,
        Step::Tls,
        Step::Descriptor,
        Step::Key,
        Step::Clock,
        Step::Policy,
        Step::EchoThere,
        Step::EchoBack,
    ];

    /// The step's word, for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Step::Name => "dns",
            Step::Address => "address",
            Step::Connection => "tcp",
            Step::Tls => "tls",
            Step::Descriptor => "descriptor",
            Step::Key => "key",
            Step::Clock => "clock",
            Step::Policy => "policy",
            Step::EchoThere => "echo_there",
            Step::EchoBack => "echo_back",
        }
    }

    /// What the step asks, for people.
    pub fn question(self) -> &'static str {
        match self {
            Step::Name => "Does the name lead anywhere?",
            Step::Address => "May servers be reached there?",
            Step::Connection => "Does anything listen there?",
            Step::Tls => "Does it prove to be meant by the name?",
            Step::Descriptor => "Does it speak this protocol?",
            Step::Key => "Is its key believed here?",
            Step::Clock => "Do the clocks agree?",
            Step::Policy => "Does this tenant's policy admit it?",
            Step::EchoThere => "Does it take a signed request of ours?",
            Step::EchoBack => "Can it reach this server?",
        }
    }
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// As it should.
    Ok,
    /// It did not; the way ends here.
    Failed,
    /// Not walked: an earlier step failed, or there is nothing to check.
    Skipped,
}

impl Status {
    /// The word, for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Ok => "ok",
            Status::Failed => "failed",
            Status::Skipped => "skipped",
        }
    }
}

/// What was found at one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which.
    pub step: Step,
    /// How it went.
    pub status: Status,
    /// What was found.
    pub found: String,
    /// Why that may be, when it failed.
    pub cause: Option<String>,
    /// What can be done, when it failed.
    pub fix: Option<String>,
}

impl Finding {
    /// As it should be.
    pub fn ok(step: Step, found: impl Into<String>) -> Self {
        Finding {
            step,
            status: Status::Ok,
            found: found.into(),
            cause: None,
            fix: None,
        }
    }

    /// Nothing to check.
    pub fn skipped(step: Step, why: impl Into<String>) -> Self {
        Finding {
            status: Status::Skipped,
            ..Finding::ok(step, why)
        }
    }

    /// The way ends here.
    pub fn failed(
        step: Step,
        found: impl Into<String>,
        cause: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Finding {
            step,
            status: Status::Failed,
            found: found.into(),
            cause: Some(cause.into()),
            fix: Some(fix.into()),
        }
    }
}

/// The whole way to one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Which server.
    pub server: ServerName,
    /// Every step, in order.
    pub findings: Vec<Finding>,
}

impl Report {
    pub(super) fn begin(server: ServerName, findings: Vec<Finding>) -> Self {
        Report { server, findings }
    }

    /// Adds a step, unless the way has ended before it.
    pub(super) fn add(&mut self, finding: Finding) {
        if self.went_well() {
            self.findings.push(finding);
        }
    }

    /// Lists the steps that were not walked.
    pub(super) fn finish(mut self) -> Self {
        let why = if self.went_well() {
            "Nothing to check."
        } else {
            "Not walked: an earlier step failed."
        };
        for step in Step::ALL {
            if !self.findings.iter().any(|finding| finding.step == step) {
                self.findings.push(Finding::skipped(step, why));
            }
        }
        self
    }

    /// Whether no step failed.
    pub fn went_well(&self) -> bool {
        let mut findings = self.findings.iter();
        !findings.any(|finding| finding.status == Status::Failed)
    }

    /// For people at a terminal.
    pub fn to_text(&self) -> String {
        let mut text = format!("The way to {}\n\n", self.server);
        for finding in &self.findings {
            let mark = match finding.status {
                Status::Ok => "ok     ",
                Status::Failed => "FAILED ",
                Status::Skipped => "-      ",
            };
            // Writing to a string cannot fail.
            let _infallible = writeln!(text, "{mark} {}", finding.step.question());
            let _infallible = writeln!(text, "        {}", finding.found);
            let reasons = [("Cause", &finding.cause), ("Fix", &finding.fix)];
            for (what, sentence) in reasons {
                if let Some(sentence) = sentence {
                    let _infallible = writeln!(text, "        {what}: {sentence}");
                }
            }
        }
        text.push('\n');
        text.push_str(if self.went_well() {
            "All is well as far as could be checked from here."
        } else {
            "Something is wrong: see the step that failed."
        });
        text
    }
}

#[cfg(test)]
mod tests {
    use scaiwave_protocol::{Malformed, ServerName};

    use super::{Finding, Report, Status, Step};

    // The way stops at the first failure, and says so for all that follows.
    #[test]
    fn a_failed_step_ends_the_way() -> Result<(), Malformed> {
        let server = ServerName::parse("globex.example")?;
        let mut report = Report::begin(server, vec![Finding::ok(Step::Name, "192.0.2.1.")]);
        report.add(Finding::failed(
            Step::Address,
            "192.0.2.1 is for documentation.",
            "The name is an example.",
            "Use a real one.",
        ));
        report.add(Finding::ok(Step::Connection, "never asked"));
        let report = report.finish();
        let expected = "\
The way to globex.example

ok      Does the name lead anywhere?
        192.0.2.1.
FAILED  May servers be reached there?
        192.0.2.1 is for documentation.
        Cause: The name is an example.
        Fix: Use a real one.
-       Does anything listen there?
        Not walked: an earlier step failed.
-       Does it prove to be meant by the name?
        Not walked: an earlier step failed.
-       Does it speak this protocol?
        Not walked: an earlier step failed.
-       Is its key believed here?
        Not walked: an earlier step failed.
-       Do the clocks agree?
        Not walked: an earlier step failed.
-       Does this tenant's policy admit it?
        Not walked: an earlier step failed.
-       Does it take a signed request of ours?
        Not walked: an earlier step failed.
-       Can it reach this server?
        Not walked: an earlier step failed.

Something is wrong: see the step that failed.";
        assert_eq!(report.to_text(), expected);
        let steps: Vec<Step> = report.findings.iter().map(|finding| finding.step).collect();
        assert_eq!(steps, Step::ALL);
        assert_eq!(report.findings[2].status, Status::Skipped);
        Ok(())
    }
}
