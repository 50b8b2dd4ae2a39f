use clap::{CommandFactory as _, Parser as _};

use super::*;

/// clap's own check of the whole tree: clashing names, missing values.
#[test]
fn the_definitions_are_sound() {
    Cli::command().debug_assert();
}

/// The exact commands that the documentation names; scripts rely on them.
#[test]
fn documented_commands_parse() {
    let commands = [
        "scaiwave serve",
        "scaiwave --config other.toml serve",
        "scaiwave serve --config other.toml",
        "scaiwave demo",
        "scaiwave demo --exit",
        "scaiwave admin create-tenant --slug acme --name Acme --server-name acme.localhost:8101",
        "scaiwave admin create-tenant --slug acme --name Acme --server-name acme.localhost:8101 --json",
        "scaiwave admin list-tenants",
        "scaiwave admin list-tenants --json",
        "scaiwave admin user create --tenant acme --local-id alice --display-name Alice --role admin --password-stdin",
        "scaiwave admin user create --tenant acme --local-id bob --display-name Bob --role member --password-stdin --json",
        "scaiwave admin federation key generate --tenant acme",
        "scaiwave admin federation key rotate --tenant acme --force --json",
        "scaiwave admin federation key rotate --tenant acme --recovery recovery.txt",
        "scaiwave admin federation key revoke --tenant acme --key ed25519:AAAAAAAAAAA --recovery r.txt",
        "scaiwave admin federation key revoke --tenant acme --key ed25519:AAAAAAAAAAA --force --json",
        "scaiwave admin federation key recovery --tenant acme --json",
        "scaiwave admin federation key list --tenant acme --json",
        "scaiwave admin federation peers --tenant acme",
        "scaiwave admin federation peers --tenant acme globex.example --json",
        "scaiwave admin federation rejections --tenant acme --direction inbound --peer globex.example --limit 5",
        "scaiwave admin federation rejections --tenant acme 01890a5d-ac96-774b-bcce-b302099a8057",
        "scaiwave admin federation policy --tenant acme --json",
        "scaiwave admin federation dead-letters --tenant acme --peer globex.example",
        "scaiwave admin federation check --tenant acme globex.example",
        "scaiwave admin rooms take-over --tenant acme --room r --withdraw",
        "scaiwave admin rooms hand-over --tenant acme --room r --to globex.example --json",
        "scaiwave admin rooms list --tenant acme --json",
        "scaiwave admin rooms lift --tenant acme --room r --json",
        "scaiwave admin rooms confirm-newest --tenant acme --room r",
        "scaiwave admin rooms export --tenant acme --room r --to r.room",
        "scaiwave backup /backups/monday",
        "scaiwave backup /backups/monday --json",
        "scaiwave restore /backups/monday",
        "scaiwave restore /backups/monday --verify-only --json",
        "scaiwave verify r.room --json",
        "scaiwave doctor",
        "scaiwave doctor globex.example --tenant acme --json",
    ];
    for command in commands {
        if let Err(error) = Cli::try_parse_from(command.split(' ')) {
            panic!("{command}: {error}");
        }
    }
}

#[test]
fn what_is_missing_is_refused() {
    let commands = [
        "scaiwave",
        "scaiwave admin create-tenant --slug acme",
        // The password must come from somewhere, and only one place is safe.
        "scaiwave admin user create --tenant acme --local-id alice --display-name Alice --role admin",
        "scaiwave admin user create --tenant acme --local-id alice --display-name Alice --role king --password-stdin",
        "scaiwave admin federation key rotate",
        "scaiwave admin federation key revoke --tenant acme",
    ];
    for command in commands {
        assert!(
            Cli::try_parse_from(command.split(' ')).is_err(),
            "{command} was accepted"
        );
    }
}
