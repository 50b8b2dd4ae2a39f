use scaiwave_engine::{ClientCode, Outcome};

use crate::extract::{Caller, Client};
use crate::failure::Failure;
use crate::state::ApiState;

/// Does what wants the caller's password once more. A wrong one counts like a failed login.
pub(super) async fn with_password<T>(
    state: &ApiState,
    caller: &Caller,
    client: &Client,
    act: impl Future<Output = Outcome<T>>,
) -> Result<T, Failure> {
    let (throttle, source) = (&state.throttle, client.source());
    let (tenant, name) = (caller.tenant.slug(), caller.viewer.local_id.as_str());
    throttle.begin(tenant, name, source, state.world.now())?;
    match act.await {
        Ok(done) => {
            throttle.succeeded(tenant, name, source);
            Ok(done)
        }
        Err(denial) => {
            if denial.code != ClientCode::WrongPassword {
                throttle.undecided(tenant, name, source);
            }
            Err(denial.into())
        }
    }
}
