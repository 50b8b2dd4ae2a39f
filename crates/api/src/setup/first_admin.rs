use scaiwave_engine::Denial;
use scaiwave_engine::accounts::{self, NewAccount};
use scaiwave_engine::store::record::Role;
use scaiwave_protocol::LocalId;

use crate::failure::Failure;

/// The admin with whom a tenant begins, from the member `admin` of a body. Everything that can be wrong with them
/// is said before anything is made.
pub(crate) fn first_admin(
    local_id: &str,
    display_name: String,
    password: Option<String>,
) -> Result<NewAccount, Failure> {
    let local_id =
        LocalId::parse(local_id).map_err(|malformed| Failure::at("admin.local_id", malformed.0))?;
    let new = NewAccount {
        local_id,
        display_name,
        role: Role::Admin,
        password,
        bot: false,
    };
    accounts::check(&new).map_err(of_admin)?;
    Ok(new)
}

/// Names the field as it stands in the body.
pub(super) fn of_admin(denial: Denial) -> Denial {
    match denial.field {
        Some("display_name") => denial.at("admin.display_name"),
        Some("password") => denial.at("admin.password"),
        _ => denial,
    }
}
